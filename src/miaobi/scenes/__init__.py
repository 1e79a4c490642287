"""Captioned pictures and clips, rendered by rule from licensed drawings.

    prompt.read_scene(prompt, style, scene) -> ScenePrompt      subjects, relation, setting, style
    clip_prompt.parse_clip_prompt(prompt, seed) -> ClipPrompt   the same, and motion, camera, light
    plan.ScenePlan, SceneItem                content of a picture; its hash decides train / held-out
    rendering.compose(plan, size, rng) -> Composition           uint8 (H, W, 3)
    clips.compose_clip(plan, rng, size) -> ClipComposition      .frame(t) at t in [0, 1]
    poses.PosedComposition                   a clip whose sprites follow the poses of a network
    pictures.Scenes, clips.Clips, poses.PosedClips              endless data sets by index
    captions.describe_scene, clip_captions.describe_clip        captions in English and Chinese
    setting.parse_setting, vocabulary        keywords of places and subjects
    sprites.subjects(), STYLES               231 subjects in 5 styles
    layers, labels                           class names of networks that learn them

No file here loads a model. Lengths are fractions of the side of a picture; t is in [0, 1].
"""
