"""Instructional leadership routines, as a library."""
