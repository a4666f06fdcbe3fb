package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A disclosure says what stands behind one commitment (RFC 9901): base64url of JSON [salt, path, value].
type disclosure struct {
	text, path string
	leaf       int64
	// about is the path that the text itself names.
	about string
}

// pointer is the form of a path to a member of an entry.
var pointer = regexp.MustCompile(`^(/[A-Za-z0-9_~-]+)+$`)

const disclosureMax = 256 << 20

func digestOf(text string) string {
	digest := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(digest[:])
}

// disclosedPath reads a disclosure and gives the path that it is about.
func disclosedPath(text string) (string, error) {
	content, err := decodeBase64URL(text)
	if err != nil {
		return "", errors.New("a disclosure is not canonical base64url")
	}
	value, err := decodeJSON(content)
	parts, isArray := value.([]any)
	if err != nil || !isArray || len(parts) != 3 {
		return "", errors.New("a disclosure is not [salt, path, value]")
	}
	_, isSalt := parts[0].(string)
	path, isPath := parts[1].(string)
	if !isSalt || !isPath || strings.ContainsRune(path, utf8.RuneError) {
		return "", errors.New("a disclosure is not [salt, path, value]")
	}
	return path, nil
}

// disclosureReader reads disclosures.jsonl line by line; lines stand in order of (leaf, path).
type disclosureReader struct {
	file   io.Closer
	lines  *bufio.Reader
	next   *disclosure
	number int64
}

func openDisclosures(files bundle) (*disclosureReader, error) {
	file, err := files.open(disclosuresFile)
	if err != nil {
		return nil, err
	}
	reader := &disclosureReader{file: file, lines: bufio.NewReader(file)}
	if err := reader.advance(); err != nil {
		file.Close()
		return nil, err
	}
	return reader, nil
}

func (r *disclosureReader) close() { r.file.Close() }

func (r *disclosureReader) advance() error {
	line, err := readLine(r.lines)
	if err == io.EOF {
		r.next = nil
		return nil
	}
	r.number++
	var next *disclosure
	if err == nil {
		next, err = parseDisclosure(line)
	}
	if err != nil {
		return broken("%s, line %d: %v", disclosuresFile, r.number, err)
	}
	if r.next != nil && !isBefore(r.next, next) {
		return broken("%s, line %d: out of order", disclosuresFile, r.number)
	}
	r.next = next
	return nil
}

func readLine(lines *bufio.Reader) (string, error) {
	var line strings.Builder
	for {
		part, err := lines.ReadSlice('\n')
		line.Write(part)
		switch {
		case line.Len() > disclosureMax:
			return "", fmt.Errorf("over %d bytes", disclosureMax)
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && line.Len() > 0:
			return "", errors.New("no line feed at the end")
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(line.String(), "\n"), nil
	}
}

func parseDisclosure(line string) (*disclosure, error) {
	value, err := decodeJSON([]byte(line))
	if err != nil {
		return nil, err
	}
	members, isObject := value.(map[string]any)
	if !isObject {
		return nil, errors.New("not an object")
	}
	reader := memberReader{members: members}
	found := &disclosure{text: reader.text("disclosure"), path: reader.text("path"), leaf: reader.number("leaf")}
	if reader.err != nil {
		return nil, reader.err
	}
	if canonicalLine(found) != line || !pointer.MatchString(found.path) {
		return nil, errors.New("not canonical JSON of disclosure, leaf and path")
	}
	found.about, err = disclosedPath(found.text)
	return found, err
}

func canonicalLine(found *disclosure) string {
	return fmt.Sprintf(`{"disclosure":%s,"leaf":%d,"path":%s}`, canonicalText(found.text), found.leaf, canonicalText(found.path))
}

// canonicalText spells a string as RFC 8785 does, which leaves two characters alone that Go escapes.
func canonicalText(text string) string {
	var spelled strings.Builder
	encoder := json.NewEncoder(&spelled)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err)
	}
	return strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029").Replace(strings.TrimSuffix(spelled.String(), "\n"))
}

// isBefore compares paths as JavaScript does, by UTF-16 code units.
func isBefore(a, b *disclosure) bool {
	if a.leaf != b.leaf {
		return a.leaf < b.leaf
	}
	return compareUTF16(a.path, b.path) < 0
}

// check takes all disclosures about this entry; what is about an earlier leaf is about none that the bundle holds.
func (r *disclosureReader) check(leaf int64, about *entry) error {
	for r.next != nil && r.next.leaf <= leaf {
		if r.next.leaf < leaf {
			return r.homeless()
		}
		if err := checkDisclosure(r.next, about); err != nil {
			return unprovedAt(leaf, "%v", err)
		}
		if err := r.advance(); err != nil {
			return err
		}
	}
	return nil
}

func checkDisclosure(found *disclosure, about *entry) error {
	committed, there := about.commitments[found.path]
	if !there || committed != digestOf(found.text) {
		return fmt.Errorf("the entry is not committed to what is disclosed for %s", found.path)
	}
	if found.about != found.path {
		return fmt.Errorf("what is disclosed for %s is about another path", found.path)
	}
	return nil
}

func (r *disclosureReader) homeless() error {
	return unprovedAt(noLeaf, "something is disclosed about leaf %d, which the bundle does not hold", r.next.leaf)
}

// finish gives how many disclosures fitted, after the last entry.
func (r *disclosureReader) finish() (int64, error) {
	if r.next != nil {
		return 0, r.homeless()
	}
	return r.number, nil
}
