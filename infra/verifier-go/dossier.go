package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// readDossier proves entries of one dossier: each with a proof of its own, all under one and the same checkpoint.
func readDossier(files bundle, keys *keyring, disclosures *disclosureReader) (*proof, error) {
	leaves, err := leavesOf(files.sizes())
	if err != nil {
		return nil, err
	}
	held := &dossier{files: files, keys: keys, unserved: servedDigests(files.sizes())}
	for _, leaf := range leaves {
		if err := held.proveEntry(leaf); err != nil {
			return nil, err
		}
	}
	told := newChronicle(baseOrigin(held.opened), keys, false, disclosures)
	told.again = held.isIDBefore(leaves)
	for _, leaf := range leaves {
		if err := held.readEntry(leaf, told); err != nil {
			return nil, err
		}
	}
	if err := held.checkServed(); err != nil {
		return nil, err
	}
	hearings, err := checkHearings(files, told, keys)
	if err != nil {
		return nil, err
	}
	return &proof{checkpoint: held.opened, note: held.note, entries: told.entries, hearings: hearings}, nil
}

func leavesOf(sizes map[string]int64) ([]int64, error) {
	var leaves []int64
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		number, isEntry := strings.CutPrefix(name, entriesFolder)
		if !isEntry {
			if proof, isProof := strings.CutPrefix(name, proofsFolder); isProof {
				if _, there := sizes[entriesFolder+strings.TrimSuffix(proof, proofSuffix)]; !there {
					return nil, broken("%s proves an entry that is missing", name)
				}
			}
			continue
		}
		leaf, err := parseDecimal(number)
		if err != nil {
			return nil, broken("%s has as number %v", name, err)
		}
		leaves = append(leaves, leaf)
	}
	if len(leaves) == 0 {
		return nil, broken("the bundle holds neither %s nor any entry", ledgerCheckpoint)
	}
	slices.Sort(leaves)
	return leaves, nil
}

func servedDigests(sizes map[string]int64) map[string]bool {
	digests := map[string]bool{}
	for name := range sizes {
		if digest, isServed := strings.CutPrefix(name, servedFolder); isServed {
			digests[digest] = true
		}
	}
	return digests
}

type dossier struct {
	files  bundle
	keys   *keyring
	note   []byte
	opened *checkpoint
	// id is that of the dossier, once an entry was read.
	id string
	// unserved are the digests under served/ that no entry was committed to yet.
	unserved map[string]bool
}

func (d *dossier) entryBytes(leaf int64) ([]byte, error) {
	return readWhole(d.files, entriesFolder+at(leaf), 1, entryBytesMax)
}

func (d *dossier) proveEntry(leaf int64) error {
	name := proofsFolder + at(leaf) + proofSuffix
	text, err := readWhole(d.files, name, 1, 2*noteMax)
	if err != nil {
		return err
	}
	proof, err := parseProofFile(text)
	if err != nil {
		return unprovedAt(leaf, "%s: %v", name, err)
	}
	if err := d.useCheckpoint(leaf, proof.checkpoint); err != nil {
		return err
	}
	if proof.index != leaf {
		return unprovedAt(leaf, "%s is about leaf %d", name, proof.index)
	}
	content, err := d.entryBytes(leaf)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof.hashes, d.opened.tree.N, d.opened.tree.Hash, leaf, tlog.RecordHash(content)); err != nil {
		return unprovedAt(leaf, "the entry is not proved to stand in the ledger at this leaf")
	}
	return nil
}

func (d *dossier) useCheckpoint(leaf int64, note []byte) error {
	if d.opened == nil {
		opened, err := openCheckpoint(note, d.keys)
		if err != nil {
			return err
		}
		d.opened, d.note = opened, note
		return nil
	}
	if !bytes.Equal(d.note, note) {
		return unprovedAt(leaf, "the proof rests on another checkpoint than the proofs before it")
	}
	return nil
}

func (d *dossier) readEntry(leaf int64, told *chronicle) error {
	content, err := d.entryBytes(leaf)
	if err != nil {
		return err
	}
	found, err := told.add(leaf, content)
	if err != nil {
		return err
	}
	if found.dossier == "" || d.id != "" && found.dossier != d.id {
		return unprovedAt(leaf, "the entry is not of the dossier of the entries before it")
	}
	d.id = found.dossier
	for _, digest := range found.commitments {
		delete(d.unserved, digest)
	}
	return nil
}

func (d *dossier) isIDBefore(leaves []int64) func(string, int64) (bool, error) {
	return func(id string, before int64) (bool, error) {
		for _, leaf := range leaves {
			if leaf >= before {
				break
			}
			content, err := d.entryBytes(leaf)
			if err != nil {
				return false, err
			}
			if found, err := decodeEntry(content); err == nil && found.id == id {
				return true, nil
			}
		}
		return false, nil
	}
}

// checkServed proves each served text by its name, after all entries have said what they are committed to.
func (d *dossier) checkServed() error {
	for _, digest := range slices.Sorted(maps.Keys(servedDigests(d.files.sizes()))) {
		if d.unserved[digest] {
			return unprovedAt(noLeaf, "%s%s is committed to by no entry of the bundle", servedFolder, digest)
		}
		text, err := readWhole(d.files, servedFolder+digest, 1, disclosureMax)
		if err != nil {
			return err
		}
		if _, err := disclosedPath(string(text)); err != nil {
			return broken("%s%s: %v", servedFolder, digest, err)
		}
		if digestOf(string(text)) != digest {
			return unprovedAt(noLeaf, "%s%s holds another text than it was committed to", servedFolder, digest)
		}
	}
	return nil
}
