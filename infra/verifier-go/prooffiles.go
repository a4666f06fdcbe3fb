package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const proofHashesMax = 63

// A proofFile is a C2SP .tlog-proof: an index, the audit path from the leaf up, and the checkpoint verbatim.
type proofFile struct {
	index      int64
	hashes     []tlog.Hash
	checkpoint []byte
}

func parseProofFile(text []byte) (*proofFile, error) {
	lines, checkpoint, err := splitHead(text)
	if err != nil {
		return nil, err
	}
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, errors.New("not a c2sp.org/tlog-proof@v1")
	}
	if len(lines) > 1 && strings.HasPrefix(lines[1], "extra ") {
		return nil, errors.New("holds an extra line, which nothing proves")
	}
	if len(lines) < 2 {
		return nil, errors.New("no index")
	}
	index, err := numberAfter("index ", lines[1])
	if err != nil {
		return nil, err
	}
	hashes, err := parseHashes(lines[2:])
	return &proofFile{index, hashes, checkpoint}, err
}

// A consistencyFile has the form of what is sent to a witness: an old size, the proof, and the checkpoint verbatim.
type consistencyFile struct {
	old        int64
	hashes     []tlog.Hash
	checkpoint []byte
}

func parseConsistencyFile(text []byte) (*consistencyFile, error) {
	lines, checkpoint, err := splitHead(text)
	if err != nil {
		return nil, err
	}
	old, err := numberAfter("old ", lines[0])
	if err != nil {
		return nil, err
	}
	hashes, err := parseHashes(lines[1:])
	return &consistencyFile{old, hashes, checkpoint}, err
}

// splitHead gives the lines before the first blank one, and all after it.
func splitHead(text []byte) ([]string, []byte, error) {
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return nil, nil, errors.New("no blank line before a checkpoint")
	}
	return strings.Split(string(head), "\n"), checkpoint, nil
}

func numberAfter(word, line string) (int64, error) {
	digits, found := strings.CutPrefix(line, word)
	if !found {
		return 0, fmt.Errorf("no line %q", strings.TrimSpace(word))
	}
	return parseDecimal(digits)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	if len(lines) > proofHashesMax {
		return nil, fmt.Errorf("a proof of more than %d hashes", proofHashesMax)
	}
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		var err error
		if hashes[i], err = parseHash(line); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}
