"""What happens after a commit: ringing, mailing, publishing, looking at the clock. Several of each are harmless."""
