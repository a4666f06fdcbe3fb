package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

const hearingSealed = "HearingSealed"

// hearingOf gives the id of the hearing whose stream this is; empty for any other stream.
func hearingOf(stream string) string {
	id := between("hearing-", stream, "")
	if !hearingID.MatchString(id) {
		return ""
	}
	return id
}

// A hearing is the tree over the entries of one hearing's stream.
type hearing struct {
	ledger   string
	origin   string
	size     int64
	hashes   []tlog.Hash
	isSealed bool
}

func (h *hearing) append(content []byte) {
	hashes, err := tlog.StoredHashes(h.size, content, storedHashes(h.hashes))
	if err != nil {
		panic(err)
	}
	h.hashes = append(h.hashes, hashes...)
	h.size++
}

// checkSeal proves what a HearingSealed says: the root of the first entries, signed by the hearing's own key.
func (h *hearing) checkSeal(id string, facts map[string]any, keys *keyring) error {
	h.isSealed = true
	reader := memberReader{members: facts}
	hearing, root, key := reader.text("hearing"), reader.text("root"), reader.text("key")
	signature, size := reader.text("signature"), reader.number("size")
	if reader.err != nil {
		return reader.err
	}
	if _, err := decodeBase64(signature); err != nil {
		return fmt.Errorf("its signature is %v", err)
	}
	if hearing != id {
		return errors.New("the seal is about another hearing")
	}
	note := fmt.Sprintf("%s\n%d\n%s\n\n— %s %s\n", h.origin, size, root, h.origin, signature)
	if size != h.size {
		return fmt.Errorf("the seal is of %d entries of the hearing, and %d came before", size, h.size)
	}
	signer, err := h.checkRoot([]byte(note), keys)
	if err != nil {
		return err
	}
	if key != signer {
		return errors.New("the seal names another key than the one that signed it")
	}
	return nil
}

// checkRoot opens a checkpoint of this hearing, recomputes its root and gives the public key in base64.
func (h *hearing) checkRoot(note []byte, keys *keyring) (string, error) {
	own, err := keys.forHearing(h.ledger, h.origin)
	if err != nil {
		return "", err
	}
	opened, err := openCheckpoint(note, own)
	if err != nil {
		return "", err
	}
	if opened.origin != h.origin {
		return "", fmt.Errorf("the checkpoint is of %s, not of %s", opened.origin, h.origin)
	}
	if opened.tree.N < 1 || opened.tree.N > h.size {
		return "", fmt.Errorf("%s is sealed at %d entries, and %d are there", h.origin, opened.tree.N, h.size)
	}
	root, err := rootOf(h.hashes, opened.tree.N)
	if err != nil {
		return "", err
	}
	if root != opened.tree.Hash {
		return "", fmt.Errorf("the entries of %s do not give the sealed root", h.origin)
	}
	return base64.StdEncoding.EncodeToString(own.publicKeys[opened.key]), nil
}

// checkHearings proves hearing/<id>/checkpoint of every hearing, against the entries that the bundle holds.
func checkHearings(files bundle, hearings []string, told *chronicle, keys *keyring) error {
	for _, id := range hearings {
		note, err := readWhole(files, hearingsFolder+id+checkpointFileName, 1, noteMax)
		if err != nil {
			return err
		}
		followed := told.hearings[id]
		if followed == nil {
			return unprovedAt(noLeaf, "the bundle holds no entry of the hearing %s", id)
		}
		if _, err := followed.checkRoot(note, keys); err != nil {
			return hearingFailure(id, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(told.hearings)) {
		followed := told.hearings[id]
		if _, there := files.list().sizes[hearingsFolder+id+checkpointFileName]; followed.isSealed && !there {
			return broken("%s%s%s is missing", hearingsFolder, id, checkpointFileName)
		}
	}
	return nil
}

func hearingFailure(id string, err error) error {
	var unread *brokenBundle
	if errors.As(err, &unread) {
		return broken("hearing %s: %v", id, err)
	}
	return unprovedAt(noLeaf, "hearing %s: %v", id, err)
}
