"""Every measurement is made here: our code beside a floor or a peer, in the same run."""
