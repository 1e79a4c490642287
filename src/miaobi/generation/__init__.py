"""Text generation with a causal language model, after transformers.generation.

    vocabulary.Vocabulary, OwnVocabulary    text to tokens and back
    decoder.Decoder, decoder_of             prefill, forward with a KV cache, reorder_cache, crop
    decoding.decode, decode_batch, decode_with_lookup     sampling; prompt lookup decoding
    beam_search.beam_search, beam_decoding.start_search   beam search
    logits.processors                       temperature, top-k, top-p, penalties, JSON schema
    streaming.TextStreamer                  tokens to text: detokenize, stop strings, finish reason
No file here loads a model.
"""
