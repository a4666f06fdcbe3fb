package main

import (
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"
)

// readLedger proves a whole ledger in one pass: each entry against its leaf's tile, each tile against the tiles above it,
// and the last hashes against the checkpoint.
func readLedger(files bundle, shape *layout, keys *keyring, disclosures *disclosureReader) (*proof, error) {
	note, err := readWhole(files, ledgerCheckpoint, 1, noteMax)
	if err != nil {
		return nil, err
	}
	opened, err := openLedger(note, keys)
	if err != nil {
		return nil, err
	}
	if err := checkTileCount(shape.tiles, opened.tree.N); err != nil {
		return nil, err
	}
	told := newChronicle(baseOrigin(opened), keys, true, disclosures)
	told.again = func(id string, before int64) (bool, error) {
		return isIDBefore(files, opened.tree.N, id, before)
	}
	grown := &growingTree{files: files}
	for first := int64(0); first < opened.tree.N; first += tileWidth {
		bundleTile := tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(min(tileWidth, opened.tree.N-first))}
		if err := readEntryBundle(files, bundleTile, grown, told); err != nil {
			return nil, err
		}
	}
	if err := grown.finish(opened.tree); err != nil {
		return nil, err
	}
	return &proof{
		checkpoint: opened, note: note, entries: told.entries, hearings: told.sealedHearings(),
		tiles: &tileReader{files: files},
	}, nil
}

// checkTileCount is what a bundle that announces too much meets before anything is read.
func checkTileCount(held, size int64) error {
	if needed := tilesNeeded(size); needed != held {
		return broken("the checkpoint announces %d entries, which need %d tiles; the bundle holds %d", size, needed, held)
	}
	return nil
}

func readEntryBundle(files bundle, tile tlog.Tile, grown *growingTree, told *chronicle) error {
	entries, err := openEntryBundle(files, tile)
	if err != nil {
		return err
	}
	hashes := make([]tlog.Hash, len(entries))
	for i, content := range entries {
		hashes[i] = tlog.RecordHash(content)
	}
	if err := grown.addLeaves(hashes); err != nil {
		return err
	}
	for i, content := range entries {
		if _, err := told.add(tile.N*tileWidth+int64(i), content); err != nil {
			return err
		}
	}
	return nil
}

// openEntryBundle splits a bundle of entries, each after its length in two bytes.
func openEntryBundle(files bundle, tile tlog.Tile) ([][]byte, error) {
	name := tilePath(tile)
	content, err := readWhole(files, name, int64(tile.W)*2, int64(tile.W)*(2+entryBytesMax))
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, tile.W)
	for i := range entries {
		if len(content) < 2 {
			return nil, unprovedAt(tile.N*tileWidth+int64(i), "%s holds fewer entries than it must", name)
		}
		length := int(binary.BigEndian.Uint16(content))
		if len(content) < 2+length {
			return nil, unprovedAt(tile.N*tileWidth+int64(i), "the entry is longer than what is left of %s", name)
		}
		entries[i], content = content[2:2+length], content[2+length:]
	}
	if len(content) > 0 {
		return nil, unprovedAt(tile.N*tileWidth+int64(tile.W)-1, "%s holds more after its last entry", name)
	}
	return entries, nil
}

// isIDBefore reads the entries again, which were proved already.
func isIDBefore(files bundle, size int64, id string, before int64) (bool, error) {
	for first := int64(0); first < before; first += tileWidth {
		entries, err := openEntryBundle(files, tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: int(min(tileWidth, size-first))})
		if err != nil {
			return false, err
		}
		for i, content := range entries {
			if first+int64(i) >= before {
				break
			}
			if found, err := decodeEntry(content); err == nil && found.id == id {
				return true, nil
			}
		}
	}
	return false, nil
}
