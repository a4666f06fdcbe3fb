package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// A story is a small case history with everything that the verifier looks at: two dossiers, one hearing that is sealed
// twice, disclosures, a served letter, a witness.
type story struct {
	ledger   string
	origin   string
	entries  [][]byte
	facts    []map[string]any
	revision map[string]int
	// disclosed by leaf and path.
	disclosed map[int]map[string]string
	log       signingKey
	hearing   signingKey
	witness   signingKey
}

const (
	testLedger  = "example.org/ledger"
	testDossier = "6f6ad6a4-1a5a-4a51-9d4e-2f5a0a0c7b11"
	otherCase   = "0c1e3a2b-5d4f-4e6a-8b7c-9d0e1f2a3b4c"
	testHearing = "b7d1c3f2-8a9e-4f01-a234-56789abcdef0"
)

type signingKey struct {
	name string
	kind byte
	key  ed25519.PrivateKey
}

func newKey(name string, kind byte, seed byte) signingKey {
	return signingKey{name, kind, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
}

func (k signingKey) public() []byte { return k.key.Public().(ed25519.PublicKey) }

func (k signingKey) vkey() string {
	key := append([]byte{k.kind}, k.public()...)
	return fmt.Sprintf("%s+%08x+%s", k.name, keyID(k.name, key), base64.StdEncoding.EncodeToString(key))
}

// signature gives key id ‖ signature in base64.
func (k signingKey) signature(text string) string {
	signed := binary.BigEndian.AppendUint32(nil, keyID(k.name, append([]byte{k.kind}, k.public()...)))
	if k.kind == kindCosignature {
		signed = binary.BigEndian.AppendUint64(signed, 1_700_000_000)
		text = "cosignature/v1\ntime 1700000000\n" + text
	}
	return base64.StdEncoding.EncodeToString(append(signed, ed25519.Sign(k.key, []byte(text))...))
}

func signNote(text string, signers ...signingKey) []byte {
	note := text + "\n"
	for _, signer := range signers {
		note += fmt.Sprintf("— %s %s\n", signer.name, signer.signature(text))
	}
	return []byte(note)
}

func checkpointText(origin string, leaves [][]byte) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, len(leaves), naiveRoot(leaves))
}

// naiveRoot is RFC 6962 §2.1 as it stands there, without any library.
func naiveRoot(leaves [][]byte) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	split := 1
	for split*2 < len(leaves) {
		split *= 2
	}
	left, right := naiveRoot(leaves[:split]), naiveRoot(leaves[split:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}

func newStory(size int) *story {
	told := &story{
		ledger: testLedger, origin: testLedger, revision: map[string]int{}, disclosed: map[int]map[string]string{},
		log:     newKey(testLedger, kindEd25519, 1),
		hearing: newKey(testLedger+"/hearing/"+testHearing, kindEd25519, 2),
		witness: newKey("witness.example/w1", kindCosignature, 3),
	}
	for told.size() < size {
		told.tellNext(size)
	}
	return told
}

func (s *story) size() int { return len(s.entries) }

func (s *story) tellNext(size int) {
	switch leaf := s.size(); {
	case leaf == 12 || leaf == size-2 && leaf > 12:
		s.seal()
	case leaf%4 == 3:
		s.tell(otherCase, "case-"+otherCase, "Noted", map[string]any{"number": leaf}, nil)
	case leaf%2 == 0:
		s.tell(testDossier, "hearing-"+testHearing, "Heard", map[string]any{"number": leaf},
			map[string]any{"/content": fmt.Sprintf("the story, part %d <of it>", leaf)})
	default:
		s.tell(testDossier, "case-"+testDossier, "Noted", map[string]any{"number": leaf}, nil)
	}
}

func (s *story) hearingEntries() [][]byte {
	var found [][]byte
	for leaf, facts := range s.facts {
		if facts["stream"] == "hearing-"+testHearing {
			found = append(found, s.entries[leaf])
		}
	}
	return found
}

func (s *story) seal() {
	entries := s.hearingEntries()
	text := checkpointText(s.hearing.name, entries)
	s.tell(testDossier, "hearing-"+testHearing, hearingSealed, map[string]any{
		"hearing": testHearing, "size": len(entries), "root": naiveRoot(entries).String(),
		"key":       base64.StdEncoding.EncodeToString(s.hearing.public()),
		"signature": s.hearing.signature(text), "at": "2026-03-01T09:00:00.000Z",
	}, nil)
}

func uuid(from string) string {
	digest := sha256.Sum256([]byte(from))
	return fmt.Sprintf("%x-%x-%x-%x-%x", digest[0:4], digest[4:6], digest[6:8], digest[8:10], digest[10:16])
}

func (s *story) tell(dossier, stream, kind string, open map[string]any, sealed map[string]any) {
	leaf := s.size()
	commitments := map[string]string{}
	for path, value := range sealed {
		text := disclose(path, value, leaf)
		commitments[path] = digestOf(text)
		if s.disclosed[leaf] == nil {
			s.disclosed[leaf] = map[string]string{}
		}
		s.disclosed[leaf][path] = text
	}
	facts := map[string]any{
		"v": 1, "ledger": s.ledger, "dossier": dossier, "stream": stream, "revision": s.revision[stream],
		"id": uuid(fmt.Sprint(leaf)), "type": kind, "schemaVersion": 1, "n": "AAECAwQFBgcICQoLDA0ODw",
		"recordedAt": "2026-03-01T09:00:00.000Z", "occurredAt": "2026-03-01T09:00:00.000Z",
		"actor": map[string]any{"role": "x", "desk": nil, "pseudonym": "p"}, "power": map[string]any{"code": "x", "version": "1"},
		"policy": "1", "causation": nil, "correlation": nil, "trace": nil, "data": open, "c": commitments,
	}
	s.revision[stream]++
	s.facts = append(s.facts, facts)
	s.entries = append(s.entries, marshal(facts))
}

// marshal gives members in order of their names; the stories hold nothing that Go would spell otherwise than RFC 8785.
func marshal(value any) []byte {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(content.Bytes(), []byte("\n"))
}

func disclose(path string, value any, salt int) string {
	return base64.RawURLEncoding.EncodeToString(marshal([]any{fmt.Sprintf("salt%018d", salt), path, value}))
}

// change rewrites one entry from its facts; nothing else follows by itself.
func (s *story) change(leaf int, change func(facts map[string]any)) {
	change(s.facts[leaf])
	s.entries[leaf] = marshal(s.facts[leaf])
}

func (s *story) policy() []byte {
	return []byte(strings.Join([]string{s.log.vkey(), s.hearing.vkey(), s.witness.vkey()}, "\n") + "\n")
}

func (s *story) checkpoint(size int) []byte {
	return signNote(checkpointText(s.origin, s.entries[:size]), s.log, s.witness)
}

func (s *story) storedHashes() storedHashes {
	var stored storedHashes
	for leaf, content := range s.entries {
		hashes, err := tlog.StoredHashes(int64(leaf), content, stored)
		if err != nil {
			panic(err)
		}
		stored = append(stored, hashes...)
	}
	return stored
}

func (s *story) common(leaves []int) map[string][]byte {
	var lines bytes.Buffer
	for _, leaf := range leaves {
		for _, path := range slices.Sorted(maps.Keys(s.disclosed[leaf])) {
			lines.WriteString(canonicalLine(&disclosure{text: s.disclosed[leaf][path], path: path, leaf: int64(leaf)}) + "\n")
		}
	}
	return map[string][]byte{
		"README.md": []byte("How to verify.\n"), "schemas/noted.json": []byte("{}\n"),
		policyFile: s.policy(), disclosuresFile: lines.Bytes(),
	}
}

func (s *story) ledgerBundle() map[string][]byte {
	files := s.common(s.leaves(func(map[string]any) bool { return true }))
	files[ledgerCheckpoint] = s.checkpoint(s.size())
	stored := s.storedHashes()
	for _, tile := range tlog.NewTiles(tileHeight, 0, int64(s.size())) {
		content, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			panic(err)
		}
		files[tilePath(tile)] = content
		if tile.L == 0 {
			tile.L = -1
			files[tilePath(tile)] = entryBundle(s.entries[tile.N*tileWidth : tile.N*tileWidth+int64(tile.W)])
		}
	}
	return files
}

func entryBundle(entries [][]byte) []byte {
	var content []byte
	for _, entry := range entries {
		content = append(binary.BigEndian.AppendUint16(content, uint16(len(entry))), entry...)
	}
	return content
}

func (s *story) leaves(isWanted func(facts map[string]any) bool) []int {
	var found []int
	for leaf, facts := range s.facts {
		if isWanted(facts) {
			found = append(found, leaf)
		}
	}
	return found
}

func (s *story) auditorBundle() map[string][]byte {
	return s.dossierBundle(s.leaves(func(facts map[string]any) bool { return facts["dossier"] == testDossier }))
}

func (s *story) partyBundle() map[string][]byte {
	return s.dossierBundle(s.leaves(func(facts map[string]any) bool { return facts["stream"] == "hearing-"+testHearing }))
}

func (s *story) dossierBundle(leaves []int) map[string][]byte {
	files := s.common(leaves)
	stored := s.storedHashes()
	for _, leaf := range leaves {
		proof, err := tlog.ProveRecord(int64(s.size()), int64(leaf), stored)
		if err != nil {
			panic(err)
		}
		name := fmt.Sprint(leaf)
		files["entries/"+name] = s.entries[leaf]
		files["proofs/"+name+".tlog-proof"] = fmt.Appendf(nil, "c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s",
			leaf, hashLines(proof), s.checkpoint(s.size()))
		for _, text := range s.disclosed[leaf] {
			files["served/"+digestOf(text)] = []byte(text)
			break
		}
	}
	files["hearing/"+testHearing+"/checkpoint"] = signNote(checkpointText(s.hearing.name, s.hearingEntries()), s.hearing)
	return files
}

func hashLines(hashes []tlog.Hash) string {
	var lines string
	for _, hash := range hashes {
		lines += hash.String() + "\n"
	}
	return lines
}

// withStart adds what a bundle holds that starts from a checkpoint which the receiver kept.
func (s *story) withStart(files map[string][]byte, size int) map[string][]byte {
	proof, err := tlog.ProveTree(int64(s.size()), int64(size), s.storedHashes())
	if err != nil {
		panic(err)
	}
	files[sinceCheckpoint] = s.checkpoint(size)
	files[sinceProof] = fmt.Appendf(nil, "old %d\n%s\n%s", size, hashLines(proof), s.checkpoint(s.size()))
	return files
}

func (s *story) asked(t *testing.T) request {
	t.Helper()
	keys, err := parseKeys(s.policy())
	if err != nil {
		t.Fatal(err)
	}
	return request{trusted: keys}
}

func tarOf(files map[string][]byte) []byte {
	var content []byte
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content = append(content, tarHeader(name, int64(len(files[name])))...)
		content = append(content, files[name]...)
		content = append(content, make([]byte, (tarBlock-len(files[name])%tarBlock)%tarBlock)...)
	}
	return append(content, make([]byte, 2*tarBlock)...)
}
