package main

import (
	"encoding/hex"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The leaf inputs and roots that certificate-transparency tests have used since RFC 6962.
func TestGoldenRoots(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := map[int]string{
		0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var leaves [][]byte
	followed := &hearing{}
	for size := 0; ; size++ {
		if want, known := roots[size]; known {
			root, err := rootOf(followed.hashes, int64(size))
			if err != nil || hex.EncodeToString(root[:]) != want || root != naiveRoot(leaves) {
				t.Errorf("size %d: root %x", size, root)
			}
		}
		if size == len(inputs) {
			return
		}
		leaf, _ := hex.DecodeString(inputs[size])
		leaves = append(leaves, leaf)
		followed.append(leaf)
	}
}

func TestTilesHaveThePathsOfC2SP(t *testing.T) {
	for want, tile := range map[string]tlog.Tile{
		"log/tile/0/x001/x234/067":          {H: 8, L: 0, N: 1234067, W: 256},
		"log/tile/2/000.p/1":                {H: 8, L: 2, N: 0, W: 1},
		"log/tile/entries/x001/067.p/12":    {H: 8, L: -1, N: 1067, W: 12},
		"log/tile/entries/x001/x234/067":    {H: 8, L: -1, N: 1234067, W: 256},
		"log/tile/5/x001/x234/x067/999.p/2": {H: 8, L: 5, N: 1234067999, W: 2},
	} {
		if got := tilePath(tile); got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
	// 70,000 entries: 274 bundles of entries, 274 tiles of leaves, two above, one on top.
	for size, want := range map[int64]int64{0: 0, 1: 2, 256: 3, 257: 5, 70_000: 274 + 274 + 2 + 1} {
		if got := tilesNeeded(size); got != want {
			t.Errorf("size %d needs %d tiles, not %d", size, want, got)
		}
	}
}

// The example of golang.org/x/mod/sumdb/note.
func TestTheKeyOfGosOwnExampleIsRead(t *testing.T) {
	verifier, _, err := parseKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
	if err != nil || verifier.Name() != "PeterNeumann" {
		t.Fatal(err)
	}
	message := "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
		"— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
	if _, err := note.Open([]byte(message), note.VerifierList(verifier)); err != nil {
		t.Error(err)
	}
}

func TestAKeyHasOneSpelling(t *testing.T) {
	for _, vkey := range []string{
		"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ",
		"PeterNeumann+c74f20a3",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"",
	} {
		if _, _, err := parseKey(vkey); err == nil {
			t.Errorf("%q is read", vkey)
		}
	}
}

func TestAKeyWhoseBase64HoldsAPlusIsRead(t *testing.T) {
	for seed := byte(0); ; seed++ {
		key := newKey("example.org/log", kindEd25519, seed)
		if vkey := key.vkey(); vkey[len("example.org/log+00000000+"):] != "" && countPlus(vkey) > 2 {
			if _, _, err := parseKey(vkey); err != nil {
				t.Errorf("%s: %v", vkey, err)
			}
			return
		}
	}
}

func countPlus(text string) int {
	count := 0
	for _, letter := range text {
		if letter == '+' {
			count++
		}
	}
	return count
}

func TestBase64HasOneSpelling(t *testing.T) {
	for _, text := range []string{"AB==", "AA=", "A", "AA==\n", "AA\r==", "AA==AA=="} {
		if _, err := decodeBase64(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	if _, err := decodeBase64("AA=="); err != nil {
		t.Error(err)
	}
}

func TestANumberHasOneSpelling(t *testing.T) {
	for _, text := range []string{"", "00", "01", "+1", "-1", "1.0", "1e3", " 1", "9007199254740992", "99999999999999999999"} {
		if _, err := parseDecimal(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	if number, err := parseDecimal("9007199254740991"); err != nil || number != safeIntegerMax {
		t.Error(err)
	}
}

func TestACanonicalLineIsThatOfRFC8785(t *testing.T) {
	line := canonicalText("<a> & \u2028 \\u2028 \" \x01 \x7f é")
	if want := "\"<a> & \u2028 \\\\u2028 \\\" \\u0001 \x7f é\""; line != want {
		t.Errorf("want %s, got %s", want, line)
	}
}
