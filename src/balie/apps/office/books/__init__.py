"""The books for finance and the accountant: reports that read what is posted and issued."""
