"""Engines: loaded models that turn a request into events, the last of which is an Output.

    registry.ENGINES, engine_for, choose_model     the table of engines; loaded models in a pool
    folders.open_text_folder, open_image_folder, open_video_folder
                                                   our engine for our architectures, else hub/
    autoregressive, llamacpp                       text
    diffusion, feedforward, autoencoder, collage   images and morphs
    video, pose_video, animation, film             video
    kokoro, hibari, whisper                        speech and transcripts
    music, procedural                              music and sounds
    embedding                                      vectors
Only tasks/ runs requests; evaluation/ samples engines directly. Speech, sound and other models of
the Hub are in hub/.
"""
