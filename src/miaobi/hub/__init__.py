"""Models of the Hugging Face Hub, run by transformers, diffusers, peft and CTranslate2.

    files.checkpoint_folder, pipelines.pipeline_folder, whisper.whisper_folder
                                            find, download, check (safetensors only)
    loading.load_model, load_tokenizer      transformers; pipelines.open_pipeline: diffusers
    vocabulary.HubVocabulary                tokenizer and chat template
    text.HubTextEngine    image.HubImageEngine    video.HubVideoEngine
    speech.HubSpeechEngine    sound.HubSoundEngine
Apart from train/, no other package imports these libraries.
"""
