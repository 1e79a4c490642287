"""English inflection: plurals of nouns and forms of verbs, for the index of names."""

VOWELS = "aeiou"
# verbs of one syllable that double their consonant are found by rule; these are not
NEVER_DOUBLE = "wxyh"


def plural(noun: str) -> str:
    """Return the regular plural of a noun or noun phrase."""
    head, space, last = noun.rpartition(" ")
    if last.endswith(("s", "x", "z", "ch", "sh")):
        last += "es"
    elif last.endswith("y") and last[-2:-1] not in VOWELS:
        last = f"{last[:-1]}ies"
    else:
        last += "s"
    return f"{head}{space}{last}"


def verb_forms(verb: str) -> tuple[str, ...]:
    """Return the third person, gerund and past of a regular verb; particles stay behind it."""
    first, space, rest = verb.partition(" ")
    return tuple(f"{form}{space}{rest}" for form in _forms(first))


def _forms(verb: str) -> tuple[str, str, str]:
    if verb.endswith("ie"):
        return f"{verb}s", f"{verb[:-2]}ying", f"{verb}d"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb}s", f"{verb[:-1]}ing", f"{verb}d"
    third = plural(verb)
    if verb.endswith("y") and verb[-2:-1] not in VOWELS:
        return third, f"{verb}ing", f"{verb[:-1]}ied"
    if _doubles(verb):
        return third, f"{verb}{verb[-1]}ing", f"{verb}{verb[-1]}ed"
    return third, f"{verb}ing", f"{verb}ed"


def _doubles(verb: str) -> bool:
    """Return True for a short stem that ends in consonant, vowel, consonant: hug, stop."""
    if len(verb) < 3 or verb[-1] in VOWELS + NEVER_DOUBLE or verb[-2] not in VOWELS:
        return False
    if verb[-3] in VOWELS:
        return False
    return sum(letter in VOWELS for letter in verb) == 1
