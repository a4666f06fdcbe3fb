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
	schemaName = regexp.MustCompile(`^[a-z-]{1,40}\.json$`)
	hearingID  = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	// hearingOrigin is met in the origin of a hearing, and of whatever stands below it.
	hearingOrigin = regexp.MustCompile(`/hearing/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/|$)`)
	streamName    = regexp.MustCompile(`^[a-z]{1,40}-[0-9a-zA-Z-]{1,80}$`)
	digestName    = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
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

// A layout is what the names of a bundle's files say that it holds. All lists are in order.
type layout struct {
	// isLedger: a whole ledger, not entries of a dossier.
	isLedger bool
	// tiles counts hash tiles and entry bundles.
	tiles    int64
	leaves   []int64
	hearings []string
	// served are digests.
	served []string
	// hasStart: it brings the checkpoint from which it goes on.
	hasStart bool
}

// isInformative tells which files nothing is proved about: they say how to go on, and no verdict rests on them.
func isInformative(name string) bool {
	return name == "README.md" || schemaName.MatchString(between("schemas/", name, ""))
}

// parseLayout refuses any file that has no place in its kind of bundle, and a bundle that lacks one.
func parseLayout(sizes map[string]int64) (*layout, error) {
	found := &layout{}
	_, found.isLedger = sizes[ledgerCheckpoint]
	_, found.hasStart = sizes[sinceCheckpoint]
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		if !found.takes(name) {
			return nil, broken("%s has no place in this kind of bundle", name)
		}
	}
	if !found.isLedger && len(found.leaves) == 0 {
		return nil, broken("the bundle holds neither %s nor any entry", ledgerCheckpoint)
	}
	slices.Sort(found.leaves)
	return found, found.checkComplete(sizes)
}

func (l *layout) takes(name string) bool {
	switch {
	case isInformative(name), name == policyFile, name == disclosuresFile, name == sinceCheckpoint, name == sinceProof:
		return true
	case l.isLedger:
		if strings.HasPrefix(name, tilesFolder) {
			l.tiles++
			return true
		}
		return name == ledgerCheckpoint
	}
	return l.takesOfDossier(name)
}

func (l *layout) takesOfDossier(name string) bool {
	if leaf, err := parseDecimal(between(entriesFolder, name, "")); err == nil {
		l.leaves = append(l.leaves, leaf)
		return true
	}
	if _, err := parseDecimal(between(proofsFolder, name, proofSuffix)); err == nil {
		return true
	}
	if id := between(hearingsFolder, name, checkpointFileName); hearingID.MatchString(id) {
		l.hearings = append(l.hearings, id)
		return true
	}
	digest := between(servedFolder, name, "")
	l.served = append(l.served, digest)
	return digestName.MatchString(digest)
}

func (l *layout) checkComplete(sizes map[string]int64) error {
	required := []string{"README.md", policyFile, disclosuresFile}
	if l.hasStart {
		required = append(required, sinceProof)
	} else if _, alone := sizes[sinceProof]; alone {
		required = append(required, sinceCheckpoint)
	}
	for _, name := range required {
		if _, there := sizes[name]; !there {
			return broken("%s is missing", name)
		}
	}
	for name := range sizes {
		leaf := between(proofsFolder, name, proofSuffix)
		if leaf == "" {
			continue
		}
		if _, there := sizes[entriesFolder+leaf]; !there {
			return broken("%s proves an entry that is missing", name)
		}
	}
	return nil
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
