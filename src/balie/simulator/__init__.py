"""The fictional hosting company, its customers and its bank: where the demo and long tests live.

Everything here is drawn by seed and told the time, so the same seed lives the same life.
"""
