"""One sentence in, a film out.

    pipeline.film, stream_film      script -> storyboard -> (pictures | narration, sounds, music)
                                    -> subtitles -> film -> page
    script.read_script              a script as JSON, checked; writer.write_script writes one
    storyboard.Shot                 picture, subject, setting and style as fields, never as words
    project.Project                 the folder of a film: which parts are up to date
    templates.register_kinds        kinds of films, an extension point

The stages use the tasks of text, image, speech, audio and music. shots.py makes the parts,
timeline.py places them, and engines/film.py renders the result.
"""

from miaobi.core.verbs import make_callable

make_callable(__name__, "miaobi.film.pipeline:film")  # miaobi.film is a verb too
