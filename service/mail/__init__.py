"""Mails: what they say, how they look, and how they are put into bytes. Sending is the workers' business."""
