package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A checkpoint is a signed note of three lines: origin, size, root.
type checkpoint struct {
	origin    string
	tree      tlog.Tree
	witnesses int
	// key is the one whose signature was found valid.
	key note.Verifier
}

const noteMax = 64 << 10

// openCheckpoint reads a note and checks every signature of a known key; one of them must be of a key that carries the
// origin as its name.
func openCheckpoint(message []byte, keys *keyring) (*checkpoint, error) {
	return keys.memory.open(message, keys)
}

// openLedger refuses the origin of a hearing: its key is trusted for that hearing and speaks for no ledger.
func openLedger(message []byte, keys *keyring) (*checkpoint, error) {
	opened, err := openCheckpoint(message, keys)
	if err == nil && hearingOrigin.MatchString(opened.origin) {
		return nil, unprovedAt(noLeaf, "%s is a hearing and no ledger", opened.origin)
	}
	return opened, err
}

func openAnew(message []byte, keys *keyring) (*checkpoint, error) {
	if err := checkSignatureLines(message); err != nil {
		return nil, err
	}
	text := message[:bytes.LastIndex(message, []byte("\n\n"))+1]
	found, err := parseCheckpoint(string(text))
	if err != nil {
		return nil, err
	}
	signers := keys.signers[found.origin]
	if len(signers) == 0 {
		return nil, unprovedAt(noLeaf, "none of the keys to trust is of %s", found.origin)
	}
	known := append(append([]note.Verifier{}, signers...), keys.witnesses...)
	opened, err := note.Open(message, note.VerifierList(known...))
	if err != nil {
		return nil, refusalOf(err, found.origin)
	}
	for _, signature := range opened.Sigs {
		if signer := verifierOf(signers, signature); signer != nil {
			found.key = signer
		} else {
			found.witnesses++
		}
	}
	if found.key == nil {
		return nil, unprovedAt(noLeaf, "the checkpoint of %s is not signed by a key to trust", found.origin)
	}
	return found, nil
}

func verifierOf(verifiers []note.Verifier, signature note.Signature) note.Verifier {
	for _, verifier := range verifiers {
		if verifier.Name() == signature.Name && verifier.KeyHash() == signature.Hash {
			return verifier
		}
	}
	return nil
}

func refusalOf(err error, origin string) error {
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return unprovedAt(noLeaf, "the checkpoint of %s is not signed by a key to trust", origin)
	case errors.As(err, &invalid):
		return unprovedAt(noLeaf, "the signature of %s under the checkpoint of %s is wrong", invalid.Name, origin)
	}
	return broken("a checkpoint is %v", err)
}

// checkSignatureLines refuses what note.Open would let pass: base64 that has another spelling, and a second signature
// of one key.
func checkSignatureLines(message []byte) error {
	split := bytes.LastIndex(message, []byte("\n\n"))
	if split < 0 || !bytes.HasSuffix(message, []byte("\n")) {
		return broken("a checkpoint is no signed note")
	}
	lines := strings.Split(strings.TrimSuffix(string(message[split+2:]), "\n"), "\n")
	type keyName struct {
		name string
		id   uint32
	}
	seen := map[keyName]bool{}
	for _, line := range lines {
		name, encoded, _ := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		signature, err := decodeBase64(encoded)
		if err != nil || len(signature) < 5 || !isKeyName(name) {
			return broken("a checkpoint has a signature line that is not canonical")
		}
		key := keyName{name, binary.BigEndian.Uint32(signature)}
		if seen[key] {
			return broken("a checkpoint is signed twice by %s", name)
		}
		seen[key] = true
	}
	return nil
}

func isKeyName(name string) bool {
	return name != "" && !strings.ContainsRune(name, '+') && strings.IndexFunc(name, isSpaceOrControl) < 0
}

func isSpaceOrControl(letter rune) bool { return letter < ' ' || unicode.IsSpace(letter) }

func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || !isKeyName(lines[0]) {
		return nil, broken("a checkpoint must be three lines: origin, size, root")
	}
	size, err := parseDecimal(lines[1])
	if err != nil {
		return nil, broken("a checkpoint gives as size %v", err)
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return nil, broken("a checkpoint gives as root what is %v", err)
	}
	return &checkpoint{origin: lines[0], tree: tlog.Tree{N: size, Hash: root}}, nil
}

// splitEpoch gives the ledger's own origin and the number of the epoch, 1 for the first, which has no suffix.
func splitEpoch(origin string) (string, int64) {
	at := strings.LastIndex(origin, "/epoch/")
	if at < 0 {
		return origin, 1
	}
	number, err := parseDecimal(origin[at+len("/epoch/"):])
	if err != nil || number < 2 {
		return origin, 1
	}
	return origin[:at], number
}
