"""Models that make a picture in one go: GAN, and the VAE whose latent is one vector.

    prompt --names of its classes--> labels,  seed --> z --network--> uint8 (H, W, 3)
"""
