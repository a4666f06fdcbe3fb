package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
)

// A keyring is a policy or a file of trusted keys: one vkey a line.
type keyring struct {
	// signers by key name: the log, its epochs, its hearings, and logs that this bundle is not about.
	signers   map[string][]note.Verifier
	witnesses []note.Verifier
	// publicKeys by verifier: Go's own keep theirs to themselves.
	publicKeys map[note.Verifier]ed25519.PublicKey
	// hearings holds the keyrings that were made for them, by origin.
	hearings sync.Map
	memory   *memory
}

func newKeyring() *keyring {
	return &keyring{signers: map[string][]note.Verifier{}, publicKeys: map[note.Verifier]ed25519.PublicKey{}}
}

const (
	kindEd25519     = 0x01
	kindCosignature = 0x04
)

func parseKeys(text []byte) (*keyring, error) {
	keys := newKeyring()
	lines, found := strings.CutSuffix(string(text), "\n")
	if !found || lines == "" {
		return nil, fmt.Errorf("must hold one vkey a line, each ended by a line feed")
	}
	known := map[string]bool{}
	for number, line := range strings.Split(lines, "\n") {
		verifier, key, err := parseKey(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
		if known[line] {
			continue
		}
		known[line] = true
		keys.publicKeys[verifier] = key[1:]
		if key[0] == kindCosignature {
			keys.witnesses = append(keys.witnesses, verifier)
		} else {
			keys.signers[verifier.Name()] = append(keys.signers[verifier.Name()], verifier)
		}
	}
	return keys, nil
}

// forHearing gives the keys that may seal a hearing: every public key that is trusted for any hearing of the ledger, under
// the name of this one. A hearing that begins after its keys were handed out is sealed with one of them.
func (k *keyring) forHearing(ledger, origin string) (*keyring, error) {
	if known, found := k.hearings.Load(origin); found {
		return known.(*keyring), nil
	}
	found := newKeyring()
	if k.memory != nil {
		found.memory = &memory{}
	}
	for name, signers := range k.signers {
		if !strings.HasPrefix(name, ledger+"/hearing/") {
			continue
		}
		for _, signer := range signers {
			if err := found.lend(origin, k.publicKeys[signer]); err != nil {
				return nil, err
			}
		}
	}
	k.hearings.Store(origin, found)
	return found, nil
}

// lend takes a public key under another name than it was trusted by.
func (k *keyring) lend(name string, public ed25519.PublicKey) error {
	for _, known := range k.signers[name] {
		if k.publicKeys[known].Equal(public) {
			return nil
		}
	}
	vkey, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	k.signers[name] = append(k.signers[name], verifier)
	k.publicKeys[verifier] = public
	return nil
}

// parseKey reads name+hex8(key id)+base64(kind ‖ public key). The base64 may itself hold a plus.
func parseKey(vkey string) (verifier note.Verifier, kindAndKey []byte, err error) {
	name, rest, _ := strings.Cut(vkey, "+")
	_, encoded, found := strings.Cut(rest, "+")
	key, err := decodeBase64(encoded)
	if !found || err != nil || len(key) != 1+ed25519.PublicKeySize {
		return nil, nil, fmt.Errorf("not a vkey")
	}
	id := keyID(name, key)
	if fmt.Sprintf("%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(key)) != vkey {
		return nil, nil, fmt.Errorf("a vkey whose key id is not that of its name and key")
	}
	if !isKeyName(name) {
		return nil, nil, fmt.Errorf("not a name for a key")
	}
	switch key[0] {
	case kindEd25519:
		verifier, err := note.NewVerifier(vkey)
		return verifier, key, err
	case kindCosignature:
		return &cosignatureVerifier{name, id, key[1:]}, key, nil
	}
	return nil, nil, fmt.Errorf("a key of kind %#02x, which this verifier does not know", key[0])
}

func keyID(name string, kindAndKey []byte) uint32 {
	hash := sha256.New()
	hash.Write([]byte(name + "\n"))
	hash.Write(kindAndKey)
	return binary.BigEndian.Uint32(hash.Sum(nil))
}

// A cosignatureVerifier opens the signatures of witnesses, kind 0x04 (C2SP tlog-cosignature).
type cosignatureVerifier struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.id }

func (v *cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	if seconds > safeIntegerMax {
		return false
	}
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(v.key, message, signature[8:])
}

// remembering gives the same keys with a memory, which belongs to a keyring because what was found holds under its keys.
func (k *keyring) remembering() *keyring {
	return &keyring{signers: k.signers, witnesses: k.witnesses, publicKeys: k.publicKeys, memory: &memory{}}
}
