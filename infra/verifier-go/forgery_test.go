package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rebuilt signs everything anew with the right keys: what is left to find is what the entries say of each other.
func rebuilt(t *testing.T, change func(told *story)) error {
	t.Helper()
	told := newStory(20)
	change(told)
	_, err := verdict(t, told.ledgerBundle(), told.asked(t))
	return err
}

func TestForgeriesSignedWithTheRightKeyAreNamedAtTheirLeaf(t *testing.T) {
	for name, forgery := range map[string]struct {
		leaf   int64
		words  string
		change func(told *story)
	}{
		"an entry of another ledger": {5, "says it is of the ledger", func(told *story) {
			told.change(5, func(facts map[string]any) { facts["ledger"] = "elsewhere.example/log" })
		}},
		"an entry taken away": {8, "revision", func(told *story) {
			told.entries = append(told.entries[:5:5], told.entries[6:]...)
			told.facts = append(told.facts[:5:5], told.facts[6:]...)
			told.disclosed = nil
		}},
		"an id twice": {11, "twice", func(told *story) {
			told.change(11, func(facts map[string]any) { facts["id"] = told.facts[3]["id"] })
		}},
		"a hearing changed after it was sealed": {12, "do not give the sealed root", func(told *story) {
			told.change(4, func(facts map[string]any) { facts["policy"] = "2" })
		}},
		"a hearing sealed with another key": {12, "not signed by a key to trust", func(told *story) {
			told.reseal(newKey(told.hearing.name, kindEd25519, 9))
		}},
		"a seal that names another key than signed it": {12, "names another key", func(told *story) {
			told.change(12, func(facts map[string]any) { facts["data"].(map[string]any)["key"] = "AAAA" })
		}},
		"a seal about another hearing": {12, "another hearing", func(told *story) {
			told.change(12, func(facts map[string]any) { facts["data"].(map[string]any)["hearing"] = otherCase })
		}},
		"a seal over more entries than there were": {12, "the seal is of 8 entries", func(told *story) {
			told.change(12, func(facts map[string]any) {
				data := facts["data"].(map[string]any)
				data["size"] = 8
				data["signature"] = told.hearing.signature(fmt.Sprintf("%s\n8\n%s\n", told.hearing.name, data["root"]))
			})
		}},
		"a seal outside a hearing": {5, "outside its own stream", func(told *story) {
			told.change(5, func(facts map[string]any) {
				facts["type"], facts["stream"], facts["revision"] = hearingSealed, "hearing-by-name", 0
			})
		}},
		"a member twice": {5, "stands there twice", func(told *story) {
			told.entries[5] = bytes.Replace(told.entries[5], []byte(`"c":{}`), []byte(`"c":{},"c":{}`), 1)
		}},
		"half a character": {5, "not canonical", func(told *story) {
			told.entries[5] = bytes.Replace(told.entries[5], []byte(`"policy":"1"`), []byte(`"policy":"\ud800"`), 1)
		}},
		"a disclosure of another text": {4, "not committed", func(told *story) {
			told.disclosed[4]["/content"] = disclose("/content", "a lie", 4)
		}},
		"a disclosure put under another path": {4, "not committed", func(told *story) {
			told.disclosed[4] = map[string]string{"/summary": told.disclosed[4]["/content"]}
		}},
		"a disclosure that names another path than its commitment": {4, "about another path", func(told *story) {
			swapped := disclose("/summary", "the story", 4)
			told.change(4, func(facts map[string]any) { facts["c"] = map[string]string{"/content": digestOf(swapped)} })
			told.disclosed[4]["/content"] = swapped
			told.entries, told.facts = told.entries[:12], told.facts[:12]
			for leaf := range told.disclosed {
				if leaf >= 12 {
					delete(told.disclosed, leaf)
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) { wantUnproved(t, rebuilt(t, forgery.change), forgery.leaf, forgery.words) })
	}
}

func (s *story) reseal(key signingKey) {
	var before [][]byte
	for leaf := range 12 {
		if s.facts[leaf]["stream"] == "hearing-"+testHearing {
			before = append(before, s.entries[leaf])
		}
	}
	s.change(12, func(facts map[string]any) {
		facts["data"].(map[string]any)["signature"] = key.signature(checkpointText(s.hearing.name, before))
	})
}

func TestAHearingSealedAfterItsKeyWasTrustedUnderAnotherNameVerifies(t *testing.T) {
	told := newStory(20)
	other := newKey(testLedger+"/hearing/"+otherCase, kindEd25519, 2)
	keys, err := parseKeys([]byte(told.log.vkey() + "\n" + other.vkey() + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verdict(t, told.partyBundle(), request{trusted: keys}); err != nil {
		t.Error(err)
	}
}

func TestSomethingOlderOrOfAnotherHistoryThanWasKnownIsRefused(t *testing.T) {
	told, fork := newStory(20), newStory(20)
	fork.change(3, func(facts map[string]any) { facts["policy"] = "2" })
	longer := newStory(24)
	for kind, files := range kinds(told) {
		for name, since := range map[string]struct {
			note  []byte
			words string
		}{
			"a longer one":      {longer.checkpoint(24), "older"},
			"a fork at 7":       {fork.checkpoint(7), "another root\x00does not go on"},
			"a fork at 20":      {fork.checkpoint(20), "another root\x00does not go on"},
			"of another log":    {signNote(checkpointText("x.example/log", told.entries[:3]), newKey("x.example/log", kindEd25519, 1)), "none of the keys"},
			"by another key":    {signNote(checkpointText(testLedger, told.entries[:3]), newKey(testLedger, kindEd25519, 8)), "not signed"},
			"a corrupt signing": {bytes.Replace(told.checkpoint(7), []byte("— example.org/ledger "), []byte("— example.org/ledger A"), 1), "not canonical"},
		} {
			asked := told.asked(t)
			asked.since = since.note
			_, err := verdict(t, files, asked)
			if err == nil {
				t.Errorf("%s since %s verifies", kind, name)
			} else if _, words := kind, strings.Split(since.words, "\x00"); !strings.Contains(err.Error(), words[0]) &&
				!strings.Contains(err.Error(), words[len(words)-1]) && !strings.Contains(err.Error(), "holds no proof") {
				t.Errorf("%s since %s: %v", kind, name, err)
			}
		}
		asked := told.asked(t)
		asked.since = told.checkpoint(7)
		_, err := verdict(t, files, asked)
		if _, brings := files[sinceProof]; (err == nil) != (brings || files[ledgerCheckpoint] != nil) {
			t.Errorf("%s since what it grew from: %v", kind, err)
		}
	}
}

func TestALaterEpochGoesOnFromAnEarlierOne(t *testing.T) {
	told := newStory(20)
	known := told.checkpoint(7)
	first := told.policy()
	told.origin = testLedger + "/epoch/2"
	told.log = newKey(told.origin, kindEd25519, 5)
	keys, err := parseKeys(append(first, told.log.vkey()+"\n"...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verdict(t, told.ledgerBundle(), request{trusted: keys, since: known}); err != nil {
		t.Error(err)
	}
	later := told.checkpoint(7)
	earlier := newStory(20)
	_, err = verdict(t, earlier.ledgerBundle(), request{trusted: keys, since: later})
	wantUnproved(t, err, noLeaf, "epoch 2")
}

func TestWhatIsNoBundleIsBroken(t *testing.T) {
	told := newStory(20)
	for name, spoil := range map[string]struct {
		words string
		spoil func(files map[string][]byte)
	}{
		"nothing at all":           {"README.md is missing\x00holds neither", func(files map[string][]byte) { clear(files) }},
		"no policy":                {"policy is missing", func(files map[string][]byte) { delete(files, policyFile) }},
		"an unknown file":          {"no place", func(files map[string][]byte) { files["log/extra"] = nil }},
		"a tile too many":          {"need 2 tiles", func(files map[string][]byte) { files["log/tile/1/000.p/1"] = make([]byte, 32) }},
		"a tile missing":           {"need 2 tiles", func(files map[string][]byte) { delete(files, "log/tile/0/000.p/20") }},
		"half a start":             {"missing", func(files map[string][]byte) { files[sinceProof] = []byte("old 1\n\n") }},
		"a policy with a comment":  {"policy", func(files map[string][]byte) { files[policyFile] = []byte("# keys\n") }},
		"an empty policy":          {"policy", func(files map[string][]byte) { files[policyFile] = []byte("\n") }},
		"a head that is no note":   {"no signed note", func(files map[string][]byte) { files[ledgerCheckpoint] = []byte("hello\n") }},
		"a head of 2^53":           {"2^53", func(files map[string][]byte) { files[ledgerCheckpoint] = told.announce("9007199254740992") }},
		"a head of 2^64":           {"2^53", func(files map[string][]byte) { files[ledgerCheckpoint] = told.announce("18446744073709551616") }},
		"a size that is not plain": {"plain", func(files map[string][]byte) { files[ledgerCheckpoint] = told.announce("020") }},
		"a head of 10^15":          {"announces", func(files map[string][]byte) { files[ledgerCheckpoint] = told.announce("1000000000000000") }},
		"disclosures cut off": {"line feed", func(files map[string][]byte) {
			files[disclosuresFile] = bytes.TrimSuffix(files[disclosuresFile], []byte("\n"))
		}},
		"disclosures with a blank": {"canonical", func(files map[string][]byte) {
			files[disclosuresFile] = bytes.Replace(files[disclosuresFile], []byte(`"leaf":`), []byte(`"leaf": `), 1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			files := told.ledgerBundle()
			spoil.spoil(files)
			_, err := verdict(t, files, told.asked(t))
			first, second, _ := strings.Cut(spoil.words, "\x00")
			if second != "" && err != nil && strings.Contains(err.Error(), second) {
				first = second
			}
			wantBroken(t, err, first)
		})
	}
}

func (s *story) announce(size string) []byte {
	return signNote(fmt.Sprintf("%s\n%s\n%s\n", s.origin, size, naiveRoot(nil)), s.log)
}

func writeFolder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// answer runs the whole command on a bundle of the disk.
func answer(t *testing.T, told *story, bundle string) (int, map[string]any) {
	t.Helper()
	trust := filepath.Join(t.TempDir(), "trust")
	if err := os.WriteFile(trust, told.policy(), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	code := run([]string{"-trust", trust, "-json", bundle}, &out, &complaints)
	var said map[string]any
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatalf("%v in %q, %q", err, out.String(), complaints.String())
	}
	return code, said
}

func TestABundleOfTheDiskIsReadAsFolderAndAsTar(t *testing.T) {
	told := newStory(20)
	for kind, files := range kinds(told) {
		folder := writeFolder(t, files)
		archive := filepath.Join(t.TempDir(), "bundle.tar")
		if err := os.WriteFile(archive, tarOf(files), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, bundle := range []string{folder, archive} {
			if code, said := answer(t, told, bundle); code != exitOK || said["ok"] != true {
				t.Errorf("%s: %d %v", kind, code, said)
			}
		}
	}
}

func TestAForgeryOfTheDiskIsAnsweredWithItsPosition(t *testing.T) {
	told := newStory(20)
	files := told.ledgerBundle()
	files["log/tile/entries/000.p/20"] = bytes.Replace(files["log/tile/entries/000.p/20"], []byte(`"number":7`), []byte(`"number":8`), 1)
	code, said := answer(t, told, writeFolder(t, files))
	if code != exitUnproved || said["ok"] != false || said["position"] != 8.0 || said["leafIndex"] != 7.0 || said["reason"] == "" {
		t.Errorf("%d %v", code, said)
	}
}

func TestHostileFilesOfTheDiskAreBrokenInput(t *testing.T) {
	told := newStory(15)
	files := told.partyBundle()
	link := writeFolder(t, files)
	if err := os.Remove(filepath.Join(link, "entries", "0")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(link, "entries", "0")); err != nil {
		t.Fatal(err)
	}
	large := writeFolder(t, files)
	if err := os.WriteFile(filepath.Join(large, "entries", "0"), make([]byte, entryBytesMax+1), 0o644); err != nil {
		t.Fatal(err)
	}
	sparse := writeFolder(t, files)
	if err := os.Truncate(filepath.Join(sparse, "entries", "0"), 10<<30); err != nil {
		t.Fatal(err)
	}
	archive := func(content []byte) string {
		path := filepath.Join(t.TempDir(), "bundle.tar")
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	linked := tarHeader("entries/0", 0)
	linked[156] = '2'
	for name, bundle := range map[string]string{
		"a link in a folder": link, "an entry over 64 KiB": large, "a file that announces 10 GB": sparse,
		"a link in a tar":             archive(append(linked, make([]byte, 2*tarBlock)...)),
		"a path out of a tar":         archive(tarOf(map[string][]byte{"../entries/0": nil})),
		"a tar that announces 10 GB":  archive(append(tarHeader("entries/0", 8<<30), make([]byte, 2*tarBlock)...)),
		"a file twice in a tar":       archive(append(tarOf(files)[:tarBlock*2], tarOf(files)...)),
		"something after a tar":       archive(append(tarOf(files), 0)),
		"an empty file":               archive(nil),
		"a folder that is not there":  filepath.Join(t.TempDir(), "nothing"),
		"a device":                    "/dev/null",
		"a folder with nothing in it": t.TempDir(),
	} {
		if code, said := answer(t, told, bundle); code != exitBroken || said["error"] == "" || said["ok"] != false {
			t.Errorf("%s: %d %v", name, code, said)
		}
	}
}
