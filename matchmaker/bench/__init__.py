"""One benchmark: our matching and its peers, on the same rooms, in one run, judged by one referee."""
