"""Our own architectures, their checkpoints, and the table of models.

    gpt.GPT, rnn.RNN                        language models
    text_to_image.TextToImage               of text_encoder.TextEncoder and dit.DiT
    vae.VAE, gan.Generator, layers.Layers   autoencoder, and generators from latents and labels
    judge.Judge, e5.E5                      scores of pictures, embeddings of sentences
    checkpoint.save, load, read_config      folders of safetensors and JSON
    convert.from_folder, to_folder          Hugging Face checkpoints; convert_families, their table
    tokenizer, pixels                       text and pixels to tensors and back
    zoo.find_model, all_models              the table of models
Every network is one file that reads downwards: config, presets, parts, network.
"""
