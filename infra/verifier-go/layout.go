package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	policyFile         = "policy"
	disclosuresFile    = "disclosures.jsonl"
	ledgerCheckpoint   = "log/checkpoint"
	sinceCheckpoint    = "log/from.checkpoint"
	sinceProof         = "log/consistency"
	tilesFolder        = "log/tile/"
	entriesFolder      = "entries/"
	proofsFolder       = "proofs/"
	hearingsFolder     = "hearing/"
	servedFolder       = "served/"
	proofSuffix        = ".tlog-proof"
	checkpointFileName = "/checkpoint"
)

var (
	schemaName = regexp.MustCompile(`^[A-Za-z0-9._-]+\.json$`)
	hearingID  = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	streamName = regexp.MustCompile(`^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$`)
	digestName = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
)

// between gives what stands between a folder and a suffix, empty for a name of another kind.
func between(folder, name, suffix string) string {
	rest, hasFolder := strings.CutPrefix(name, folder)
	middle, hasSuffix := strings.CutSuffix(rest, suffix)
	if !hasFolder || !hasSuffix {
		return ""
	}
	return middle
}

func isLeaf(text string) bool {
	_, err := parseDecimal(text)
	return err == nil
}

// isInformative tells which files nothing is proved about: they say how to go on, and no verdict rests on them.
func isInformative(name string) bool {
	return name == "README.md" || schemaName.MatchString(between("schemas/", name, ""))
}

func isOfEveryBundle(name string) bool {
	return isInformative(name) || name == policyFile || name == disclosuresFile ||
		name == sinceCheckpoint || name == sinceProof
}

func isOfLedger(name string) bool {
	return name == ledgerCheckpoint || strings.HasPrefix(name, tilesFolder)
}

func isOfDossier(name string) bool {
	return isLeaf(between(entriesFolder, name, "")) || isLeaf(between(proofsFolder, name, proofSuffix)) ||
		hearingID.MatchString(between(hearingsFolder, name, checkpointFileName)) ||
		digestName.MatchString(between(servedFolder, name, ""))
}

// checkLayout tells whether the bundle is of a whole ledger, and refuses any file that has no place in it.
func checkLayout(sizes map[string]int64) (isLedger bool, err error) {
	_, isLedger = sizes[ledgerCheckpoint]
	isOfKind := isOfDossier
	if isLedger {
		isOfKind = isOfLedger
	}
	for _, name := range []string{"README.md", policyFile, disclosuresFile} {
		if _, there := sizes[name]; !there {
			return false, broken("%s is missing", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		if !isOfEveryBundle(name) && !isOfKind(name) {
			return false, broken("%s has no place in this kind of bundle", name)
		}
	}
	_, from := sizes[sinceCheckpoint]
	_, proof := sizes[sinceProof]
	if from != proof {
		return false, broken("%s and %s must come together", sinceCheckpoint, sinceProof)
	}
	return isLedger, nil
}

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// tilePath maps Go's own path of a tile, tile/8/<level>/…, to that of C2SP tlog-tiles, tile/<level>/…
func tilePath(tile tlog.Tile) string {
	own := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if rest, isData := strings.CutPrefix(own, "data/"); isData {
		own = "entries/" + rest
	}
	return tilesFolder + own
}

// tilesNeeded is how many tiles and entry bundles a tree of this size has.
func tilesNeeded(size int64) int64 {
	needed := (size + tileWidth - 1) / tileWidth
	for hashes := size; hashes > 0; hashes /= tileWidth {
		needed += (hashes + tileWidth - 1) / tileWidth
	}
	return needed
}
