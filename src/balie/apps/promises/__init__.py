"""What was promised, under which policy, when it fell due and when it was kept."""
