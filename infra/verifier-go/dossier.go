package main

import (
	"bytes"

	"golang.org/x/mod/sumdb/tlog"
)

// readDossier proves entries of one dossier: each with a proof of its own, all under one and the same checkpoint.
func readDossier(files bundle, shape *layout, keys *keyring, disclosures *disclosureReader) (*proof, error) {
	leaves := shape.leaves
	held := &dossier{files: files, keys: keys, unserved: map[string]bool{}}
	for _, digest := range shape.served {
		held.unserved[digest] = true
	}
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
	if err := held.checkServed(shape.served); err != nil {
		return nil, err
	}
	if err := checkHearings(files, shape.hearings, told, keys); err != nil {
		return nil, err
	}
	return &proof{checkpoint: held.opened, note: held.note, entries: told.entries, hearings: int64(len(shape.hearings))}, nil
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
	text, err := readWhole(d.files, name, 1, noteMax)
	if err != nil {
		return err
	}
	content, err := d.entryBytes(leaf)
	if err != nil {
		return err
	}
	proof, err := d.keys.memory.prove(leaf, text, content, func() (*proofFile, error) {
		return d.proveAnew(leaf, text, content)
	})
	if err != nil {
		return err
	}
	return d.useCheckpoint(leaf, proof.checkpoint)
}

func (d *dossier) proveAnew(leaf int64, text, content []byte) (*proofFile, error) {
	proof, err := parseProofFile(text)
	if err != nil {
		return nil, unprovedAt(leaf, "its proof does not read: %v", err)
	}
	if err := d.useCheckpoint(leaf, proof.checkpoint); err != nil {
		return nil, err
	}
	if proof.index != leaf {
		return nil, unprovedAt(leaf, "its proof is about leaf %d", proof.index)
	}
	if err := tlog.CheckRecord(proof.hashes, d.opened.tree.N, d.opened.tree.Hash, leaf, tlog.RecordHash(content)); err != nil {
		return nil, unprovedAt(leaf, "the entry is not proved to stand in the ledger at this leaf")
	}
	return proof, nil
}

func (d *dossier) useCheckpoint(leaf int64, note []byte) error {
	if d.opened == nil {
		opened, err := openLedger(note, d.keys)
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
func (d *dossier) checkServed(served []string) error {
	for _, digest := range served {
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
