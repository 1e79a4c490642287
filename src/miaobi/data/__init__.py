"""Training data: sources, held-out splits, reports, and batches as functions of (seed, step).

    sources.read_documents, corpora.read_corpus    text; report.examine counts and deduplicates it
    text.tokenize -> TokenData                     token streams and windows
    score_corpus.read_pieces, scores.ScoreData     music as tokens
    image.open_pictures, video.open_clips          batches.PictureSource: scenes, clips, files
    prefetch.PrefetchingSource                     scenes rendered by other processes
    latents.encode_pictures                        latents, cached
    judge_targets.SceneTargets                     targets of the judge
Used for training and evaluation only; nothing that serves imports it.
"""
