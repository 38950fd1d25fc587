"""Work nobody waits for: tasks on the clock, and jobs whose progress people watch."""
