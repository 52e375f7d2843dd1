"""What the teaching loop offers; nobody is asked anything."""
