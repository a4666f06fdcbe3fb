package main

import "fmt"

// A brokenBundle cannot be read as a bundle at all: exit code 2.
type brokenBundle struct{ reason string }

func (e *brokenBundle) Error() string { return e.reason }

func broken(format string, args ...any) error {
	return &brokenBundle{fmt.Sprintf(format, args...)}
}

// An unproved bundle reads well but says something that does not hold: exit code 1. leaf is the first leaf index in
// question, or -1 where it is about no leaf.
type unproved struct {
	leaf   int64
	reason string
}

func (e *unproved) Error() string { return e.reason }

const noLeaf = -1

func unprovedAt(leaf int64, format string, args ...any) error {
	return &unproved{leaf, fmt.Sprintf(format, args...)}
}
