package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func verdict(t *testing.T, files map[string][]byte, asked request) (*verified, error) {
	t.Helper()
	return verify(newInMemory(files), asked)
}

func wantUnproved(t *testing.T, err error, leaf int64, words string) {
	t.Helper()
	var mismatch *unproved
	if !errors.As(err, &mismatch) {
		t.Fatalf("want a bundle that does not verify, got %v", err)
	}
	if mismatch.leaf != leaf || !strings.Contains(err.Error(), words) {
		t.Errorf("want leaf %d and %q, got leaf %d and %q", leaf, words, mismatch.leaf, err)
	}
}

func wantBroken(t *testing.T, err error, words string) {
	t.Helper()
	var unread *brokenBundle
	if !errors.As(err, &unread) || !strings.Contains(err.Error(), words) {
		t.Fatalf("want a broken bundle and %q, got %v", words, err)
	}
}

func kinds(told *story) map[string]map[string][]byte {
	return map[string]map[string][]byte{
		"ledger": told.ledgerBundle(), "auditor": told.auditorBundle(), "party": told.partyBundle(),
		"ledger with a start": told.withStart(told.ledgerBundle(), 7), "auditor with a start": told.withStart(told.auditorBundle(), 7),
	}
}

func TestGoodBundlesOfEveryKindVerify(t *testing.T) {
	told := newStory(40)
	for kind, files := range kinds(told) {
		result, err := verdict(t, files, told.asked(t))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if result.Trust != "given" || result.Size != 40 || result.IndependentWitnesses != 1 || result.Checked.Hearings != 1 {
			t.Errorf("%s: %+v", kind, result)
		}
		if result.Root != naiveRoot(told.entries).String() {
			t.Errorf("%s: root %s", kind, result.Root)
		}
		own, err := verdict(t, files, request{})
		if err != nil || own.Trust != "bundle" {
			t.Errorf("%s under its own keys: %v %+v", kind, err, own)
		}
	}
}

func TestEverySizeVerifiesFromTiles(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 600} {
		told := newStory(size)
		result, err := verdict(t, told.ledgerBundle(), told.asked(t))
		if err != nil || result.Checked.Entries != int64(size) || result.Root != naiveRoot(told.entries).String() {
			t.Errorf("size %d: %v %+v", size, err, result)
		}
	}
}

func TestALedgerOfThreeLevelsVerifies(t *testing.T) {
	told := newStory(14)
	for told.size() < 66_000 {
		told.tell(otherCase, fmt.Sprintf("case-%d", told.size()/3), "Noted", map[string]any{}, nil)
	}
	files := told.ledgerBundle()
	result, err := verdict(t, files, told.asked(t))
	if err != nil || result.Size != 66_000 {
		t.Fatal(err)
	}
	for name, leaf := range map[string]int64{
		"log/tile/1/001.p/1": 65_536, "log/tile/0/200": 200*256 + 9,
	} {
		changed := bytes.Clone(files[name])
		at := 0
		if len(changed) > 32 {
			at = 9*32 + 5
		}
		changed[at] ^= 1
		original := files[name]
		files[name] = changed
		_, err := verdict(t, files, told.asked(t))
		wantUnproved(t, err, leaf, "another hash than the entries give")
		files[name] = original
	}
	since := told.asked(t)
	since.since = told.checkpoint(65_537)
	if _, err := verdict(t, files, since); err != nil {
		t.Error(err)
	}
}

// oneBit of each byte; all bits of a bundle of 40 entries are flipped by -flip-every-bit in a test of the project.
func oneBit(at int) []int { return []int{at % 8} }

func TestABitFlippedInAnyByteIsSeen(t *testing.T) {
	told := newStory(15)
	for kind, files := range map[string]map[string][]byte{
		"ledger": told.ledgerBundle(), "party with a start": told.withStart(told.partyBundle(), 7),
	} {
		t.Run(kind, func(t *testing.T) {
			result, err := flipBits(files, told.asked(t), oneBit)
			if err != nil {
				t.Fatal(err)
			}
			if result.Flips == 0 || result.Files["README.md"] != 0 {
				t.Errorf("flipped %d bits", result.Flips)
			}
			for _, flip := range result.Unseen {
				if !isCosignerUnknown(files, flip) {
					t.Errorf("%s: bit %d of byte %d can be flipped unseen", flip.File, flip.Bit, flip.Byte)
				}
			}
			t.Logf("%d flips, %d of them in the name or key id of a cosignature", result.Flips, len(result.Unseen))
		})
	}
}

// isCosignerUnknown: a signature whose name or key id was flipped is one of a key that nobody knows, and such signatures
// must be ignored (C2SP signed-note); the verdict counts one witness less.
func isCosignerUnknown(files map[string][]byte, flip unseenFlip) bool {
	content := files[flip.File]
	start := bytes.LastIndexByte(content[:flip.Byte], '\n') + 1
	isWitness := bytes.HasPrefix(content[start:], []byte("— witness.example"))
	return isWitness && flip.Byte < start+len("— witness.example/w1 AAAAAA") && (flip.IndependentWitnesses == 0 || flip.File == sinceCheckpoint)
}

func TestABitFlippedInAnyByteOfATarsOwnIsSeen(t *testing.T) {
	told := newStory(15)
	files := told.partyBundle()
	content := tarOf(files)
	asked := told.asked(t)
	openAndVerify := func() error {
		read, err := readTar(bytes.NewReader(content), int64(len(content)), func() error { return nil })
		if err != nil {
			return err
		}
		_, err = verify(read, asked)
		return err
	}
	if err := openAndVerify(); err != nil {
		t.Fatal(err)
	}
	isContent := contentOfTar(t, content)
	for at := range content {
		if isContent[at] {
			continue
		}
		for _, bit := range oneBit(at) {
			content[at] ^= 1 << bit
			if openAndVerify() == nil {
				t.Errorf("bit %d of byte %d of the tar can be flipped unseen", bit, at)
			}
			content[at] ^= 1 << bit
		}
	}
	for _, length := range []int{0, 100, 512, len(content) / 2, len(content) - 512, len(content) - 1} {
		if _, err := readTar(bytes.NewReader(content[:length]), int64(length), nil); err == nil {
			t.Errorf("a tar cut at %d bytes opens", length)
		}
	}
}

// contentOfTar marks the bytes of files: those are flipped as files.
func contentOfTar(t *testing.T, content []byte) []bool {
	t.Helper()
	read, err := readTar(bytes.NewReader(content), int64(len(content)), nil)
	if err != nil {
		t.Fatal(err)
	}
	marks := make([]bool, len(content))
	found := read.(*tarred)
	for name, offset := range found.offsets {
		for at := offset; at < offset+found.files.sizes[name]; at++ {
			marks[at] = true
		}
	}
	return marks
}
