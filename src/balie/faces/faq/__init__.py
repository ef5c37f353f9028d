"""The public page: questions and answers, the doors to the desk, and how promises are kept."""
