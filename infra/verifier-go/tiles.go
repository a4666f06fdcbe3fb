package main

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A growingTree recomputes all tiles from the leaves up and compares each with the bundle's own. It holds one unfinished
// tile a level.
type growingTree struct {
	files  bundle
	levels []unfinishedTile
}

type unfinishedTile struct {
	number int64
	hashes []byte
}

// addLeaves takes the next hashes of leaves: a full tile, or the last ones of the tree.
func (g *growingTree) addLeaves(hashes []tlog.Hash) error {
	for _, hash := range hashes {
		g.push(0, hash)
	}
	return g.closeFull(0, len(hashes) < tileWidth)
}

func (g *growingTree) push(level int, hash tlog.Hash) {
	if level == len(g.levels) {
		g.levels = append(g.levels, unfinishedTile{})
	}
	g.levels[level].hashes = append(g.levels[level].hashes, hash[:]...)
}

// closeFull compares the tile of a level when it is complete and hands its own hash to the level above. The last tile of
// the leaves is compared at once, so that its entries are proved before they are read.
func (g *growingTree) closeFull(level int, isLast bool) error {
	unfinished := &g.levels[level]
	width := len(unfinished.hashes) / tlog.HashSize
	if width < tileWidth && !isLast {
		return nil
	}
	tile := tlog.Tile{H: tileHeight, L: level, N: unfinished.number, W: width}
	if err := g.compare(tile, unfinished.hashes); err != nil || width < tileWidth {
		return err
	}
	top, err := hashOfFull(tile, unfinished.hashes)
	if err != nil {
		return err
	}
	unfinished.number++
	unfinished.hashes = unfinished.hashes[:0]
	g.push(level+1, top)
	return g.closeFull(level+1, false)
}

// hashOfFull is the hash over all of a full tile, which stands in the level above.
func hashOfFull(tile tlog.Tile, hashes []byte) (tlog.Hash, error) {
	below := tileHeight*(tile.L+1) - 1
	left, err := tlog.HashFromTile(tile, hashes, tlog.StoredHashIndex(below, 2*tile.N))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("tiles: %w", err)
	}
	right, err := tlog.HashFromTile(tile, hashes, tlog.StoredHashIndex(below, 2*tile.N+1))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("tiles: %w", err)
	}
	return tlog.NodeHash(left, right), nil
}

func (g *growingTree) compare(tile tlog.Tile, hashes []byte) error {
	name := tilePath(tile)
	held, err := readWhole(g.files, name, 0, int64(len(hashes)))
	if err != nil {
		return err
	}
	if len(held) < len(hashes) {
		return unprovedAt(firstLeafUnder(tile, 0), "%s holds fewer hashes than it must", name)
	}
	for i := 0; i < len(hashes); i += tlog.HashSize {
		if string(held[i:i+tlog.HashSize]) != string(hashes[i:i+tlog.HashSize]) {
			return unprovedAt(firstLeafUnder(tile, i/tlog.HashSize), "%s has another hash than the entries give", name)
		}
	}
	return nil
}

func firstLeafUnder(tile tlog.Tile, hash int) int64 {
	return (tile.N*tileWidth + int64(hash)) << (tileHeight * tile.L)
}

// finish compares the unfinished tiles above the leaves, then the root.
func (g *growingTree) finish(tree tlog.Tree) error {
	for level := 1; level < len(g.levels); level++ {
		if err := g.compareUnfinished(level); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(tree.N, tlog.HashReaderFunc(g.readHashes))
	if err != nil {
		return fmt.Errorf("tiles: %w", err)
	}
	if root != tree.Hash {
		return unprovedAt(noLeaf, "the entries give the root %v; the checkpoint says %v", root, tree.Hash)
	}
	return nil
}

func (g *growingTree) compareUnfinished(level int) error {
	unfinished := g.levels[level]
	width := len(unfinished.hashes) / tlog.HashSize
	if width == 0 {
		return nil
	}
	return g.compare(tlog.Tile{H: tileHeight, L: level, N: unfinished.number, W: width}, unfinished.hashes)
}

// readHashes serves the right edge of the tree, which is all that its root is made of.
func (g *growingTree) readHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(tileHeight, index)
		unfinished := g.levels[tile.L]
		tile.W = len(unfinished.hashes) / tlog.HashSize
		var err error
		if hashes[i], err = tlog.HashFromTile(tile, unfinished.hashes, index); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// tileReader hands tiles to Go's own reader of hashes, which proves each against the root again.
type tileReader struct{ files bundle }

func (t *tileReader) Height() int                     { return tileHeight }
func (t *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(tiles))
	for i, tile := range tiles {
		length := int64(tile.W) * tlog.HashSize
		content, err := readWhole(t.files, tilePath(tile), length, length)
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	return contents, nil
}
