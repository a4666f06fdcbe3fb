package main

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// checkContinuity proves that the ledger went on from the checkpoint that the bundle itself starts from, and from the one
// that the caller kept.
func checkContinuity(files bundle, shape *layout, asked request, keys *keyring, proved *proof) error {
	from, err := checkOwnStart(files, shape, keys, proved)
	if err != nil || asked.since == nil {
		return err
	}
	since, err := openEarlier(asked.since, keys, proved)
	if err != nil {
		return fmt.Errorf("the checkpoint to go on from: %w", err)
	}
	if proved.tiles != nil {
		return proveFromTiles(since.tree, proved)
	}
	for _, shown := range []*checkpoint{from, proved.checkpoint} {
		if shown != nil && shown.tree.N == since.tree.N {
			return sameRoot(since.tree, shown.tree)
		}
	}
	if since.tree.N == 0 {
		return emptyRoot(since.tree)
	}
	return unprovedAt(noLeaf, "the bundle holds no proof that it goes on from a ledger of %d entries", since.tree.N)
}

// openEarlier opens a checkpoint of the same ledger that must not be newer than the bundle's own.
func openEarlier(note []byte, keys *keyring, proved *proof) (*checkpoint, error) {
	earlier, err := openCheckpoint(note, keys)
	if err != nil {
		return nil, err
	}
	base, epoch := splitEpoch(earlier.origin)
	ownBase, ownEpoch := splitEpoch(proved.checkpoint.origin)
	switch {
	case base != ownBase:
		return nil, unprovedAt(noLeaf, "it is of %s, the bundle of %s", earlier.origin, proved.checkpoint.origin)
	case epoch > ownEpoch:
		return nil, unprovedAt(noLeaf, "it is of epoch %d, the bundle of epoch %d", epoch, ownEpoch)
	case earlier.tree.N > proved.checkpoint.tree.N:
		return nil, unprovedAt(noLeaf, "the bundle is older: it has %d entries where %d were known", proved.checkpoint.tree.N, earlier.tree.N)
	}
	return earlier, nil
}

// checkOwnStart proves log/from.checkpoint by log/consistency, where the bundle holds them.
func checkOwnStart(files bundle, shape *layout, keys *keyring, proved *proof) (*checkpoint, error) {
	if !shape.hasStart {
		return nil, nil
	}
	note, err := readWhole(files, sinceCheckpoint, 1, noteMax)
	if err != nil {
		return nil, err
	}
	text, err := readWhole(files, sinceProof, 1, noteMax)
	if err != nil {
		return nil, err
	}
	from, err := openEarlier(note, keys, proved)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", sinceCheckpoint, err)
	}
	shown, err := parseConsistencyFile(text)
	if err != nil {
		return nil, broken("%s: %v", sinceProof, err)
	}
	if shown.old != from.tree.N || !bytes.Equal(shown.checkpoint, proved.note) {
		return nil, unprovedAt(noLeaf, "%s does not lead from %s to the bundle's checkpoint", sinceProof, sinceCheckpoint)
	}
	return from, checkConsistency(shown.hashes, from.tree, proved.checkpoint.tree)
}

func checkConsistency(hashes tlog.TreeProof, from, to tlog.Tree) error {
	if from.N == 0 {
		if len(hashes) > 0 {
			return unprovedAt(noLeaf, "a proof from an empty ledger must be empty")
		}
		return emptyRoot(from)
	}
	if err := tlog.CheckTree(hashes, to.N, to.Hash, from.N, from.Hash); err != nil {
		return unprovedAt(noLeaf, "the ledger of %d entries does not go on from the one of %d entries", to.N, from.N)
	}
	return nil
}

func proveFromTiles(since tlog.Tree, proved *proof) error {
	if since.N == 0 {
		return emptyRoot(since)
	}
	tree := proved.checkpoint.tree
	hashes, err := tlog.ProveTree(tree.N, since.N, tlog.TileHashReader(tree, proved.tiles))
	if err != nil {
		return unprovedAt(noLeaf, "the tiles give no proof from a ledger of %d entries: %v", since.N, err)
	}
	return checkConsistency(hashes, since, tree)
}

func emptyRoot(tree tlog.Tree) error {
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return err
	}
	return sameRoot(tree, tlog.Tree{N: 0, Hash: empty})
}

func sameRoot(known, shown tlog.Tree) error {
	if known.Hash != shown.Hash {
		return unprovedAt(noLeaf, "a ledger of %d entries had another root than was known", known.N)
	}
	return nil
}
