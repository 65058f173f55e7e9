"""Tests of jdm-kg."""
