"""English abbreviations, titles, days, months and signs, and the words they stand for."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SHORT_MONTHS = {month[:3]: month for month in MONTHS} | {"Sept": "September"}
SHORT_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Dr": "Doctor", "Prof": "Professor",
    "Gen": "General", "Capt": "Captain", "Lt": "Lieutenant", "Sgt": "Sergeant", "Col": "Colonel",
    "Maj": "Major", "Cmdr": "Commander", "Rev": "Reverend", "Hon": "Honorable", "Sen": "Senator",
    "Rep": "Representative", "Gov": "Governor", "Pres": "President", "St": "Saint", "Mt": "Mount",
    "Ft": "Fort", "Fr": "Father", "Sr": "Sister",
}  # fmt: skip
AFTER_NAMES = {"Dr": "Drive", "St": "Street", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road",
               "Ln": "Lane", "Hwy": "Highway", "Pl": "Place", "Sq": "Square", "Ct": "Court",
               "Inc": "Incorporated", "Ltd": "Limited", "Co": "Company", "Corp": "Corporation",
               "Jr": "Junior", "Sr": "Senior", "Bros": "Brothers"}  # fmt: skip
ABBREVIATIONS = {
    "vs.": "versus", "vs": "versus", "v.": "versus", "etc.": "et cetera", "e.g.": "for example",
    "i.e.": "that is", "approx.": "approximately", "dept.": "department", "Dept.": "Department",
    "est.": "estimated", "govt.": "government", "cf.": "compare", "et al.": "and others",
    "incl.": "including", "excl.": "excluding", "max.": "maximum", "min.": "minimum",
    "avg.": "average", "misc.": "miscellaneous", "tel.": "telephone", "Tel.": "Telephone",
    "ext.": "extension", "w/o": "without", "w/": "with", "b/c": "because", "c/o": "care of",
    "a.k.a.": "also known as", "aka": "also known as", "ca.": "circa", "c.": "circa",
    "p.s.": "P S", "P.S.": "P S", "R.S.V.P.": "R S V P", "A.D.": "A D", "B.C.": "B C",
    "U.S.A.": "U S A", "U.S.": "U S", "U.K.": "U K", "E.U.": "E U", "U.N.": "U N",
    "Ph.D.": "P H D", "D.C.": "D C",
}  # fmt: skip
NUMBERED = {"No.": "number", "Nos.": "numbers", "no.": "number", "nos.": "numbers", "#": "number",
            "p.": "page", "pp.": "pages", "vol.": "volume", "Vol.": "Volume", "ch.": "chapter",
            "Ch.": "Chapter", "Fig.": "Figure", "fig.": "figure", "Figs.": "Figures",
            "Sec.": "Section", "sec.": "section", "§": "section", "Eq.": "Equation",
            "eq.": "equation", "Art.": "Article", "art.": "article", "Apt.": "Apartment",
            "Ste.": "Suite", "Op.": "opus", "op.": "opus"}  # fmt: skip
SIGNS = {"&": "and", "@": "at", "%": "percent", "+": "plus", "±": "plus or minus", "×": "times",
         "÷": "divided by", "=": "equals", "≠": "is not equal to", "≈": "is about",
         "≤": "is at most", "≥": "is at least", "→": "to", "°": "degrees", "√": "square root of",
         "∞": "infinity", "π": "pi", "€": "euros", "£": "pounds", "¥": "yen", "$": "dollars",
         "§": "section", "¢": "cents", "©": "copyright", "™": "", "®": "", "†": ""}  # fmt: skip
