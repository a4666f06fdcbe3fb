package main

import (
	"hash/maphash"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A chronicle follows the entries of a bundle in the ledger's order: envelopes, revisions, ids, hearings, disclosures.
type chronicle struct {
	ledger string
	keys   *keyring
	// isWhole: every entry of the ledger is there, so that a revision missing is one taken away.
	isWhole     bool
	disclosures *disclosureReader
	// again tells whether an id stands under an earlier leaf; asked only when the hashes of two ids meet.
	again func(id string, before int64) (bool, error)

	entries   int64
	revisions map[string]int64
	// ids as hashes of 64 bits, so that a long ledger fits in memory.
	ids      map[uint64]struct{}
	seed     maphash.Seed
	hearings map[string]*hearing
}

func newChronicle(ledger string, keys *keyring, isWhole bool, disclosures *disclosureReader) *chronicle {
	return &chronicle{
		ledger: ledger, keys: keys, isWhole: isWhole, disclosures: disclosures,
		revisions: map[string]int64{}, ids: map[uint64]struct{}{}, seed: maphash.MakeSeed(),
		hearings: map[string]*hearing{},
	}
}

// add takes the next entry, whose hash is proved to stand at this leaf.
func (c *chronicle) add(leaf int64, content []byte) (*entry, error) {
	found, err := c.keys.memory.decode(content)
	if err != nil {
		return nil, unprovedAt(leaf, "the entry does not read: %v", err)
	}
	if found.ledger != c.ledger {
		return nil, unprovedAt(leaf, "the entry says it is of the ledger %s", found.ledger)
	}
	if !streamName.MatchString(found.stream) {
		return nil, unprovedAt(leaf, "the entry names no stream")
	}
	if err := c.checkRevision(leaf, found); err != nil {
		return nil, err
	}
	if err := c.checkID(leaf, found.id); err != nil {
		return nil, err
	}
	if err := c.followHearing(leaf, found, content); err != nil {
		return nil, err
	}
	c.entries++
	return found, c.disclosures.check(leaf, found)
}

func (c *chronicle) checkRevision(leaf int64, found *entry) error {
	next := c.revisions[found.stream]
	isHearing := hearingOf(found.stream) != ""
	if found.revision < next || (c.isWhole || isHearing) && found.revision != next {
		return unprovedAt(leaf, "the stream %s goes on with revision %d where %d was due", found.stream, found.revision, next)
	}
	c.revisions[found.stream] = found.revision + 1
	return nil
}

func (c *chronicle) checkID(leaf int64, id string) error {
	hash := maphash.String(c.seed, id)
	if _, met := c.ids[hash]; met {
		twice, err := c.again(id, leaf)
		if err != nil {
			return err
		}
		if twice {
			return unprovedAt(leaf, "the id %s stands in the ledger twice", id)
		}
	}
	c.ids[hash] = struct{}{}
	return nil
}

func (c *chronicle) followHearing(leaf int64, found *entry, content []byte) error {
	id := hearingOf(found.stream)
	if id == "" {
		// Any other category may name a fact of its own like this: that seals nothing.
		if found.kind == hearingSealed && strings.HasPrefix(found.stream, "hearing-") {
			return unprovedAt(leaf, "a hearing is sealed outside its own stream")
		}
		return nil
	}
	followed := c.hearings[id]
	if followed == nil {
		followed = &hearing{ledger: c.ledger, origin: c.ledger + "/hearing/" + id}
		c.hearings[id] = followed
	}
	if found.kind == hearingSealed {
		if err := followed.checkSeal(id, found.facts, c.keys); err != nil {
			return unprovedAt(leaf, "%v", err)
		}
	}
	followed.append(content)
	return nil
}

func (c *chronicle) sealedHearings() int64 {
	count := int64(0)
	for _, followed := range c.hearings {
		if followed.isSealed {
			count++
		}
	}
	return count
}

// rootOf is the root of the first size records of hashes in Go's stored order.
func rootOf(hashes []tlog.Hash, size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, storedHashes(hashes))
}

type storedHashes []tlog.Hash

func (s storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}
