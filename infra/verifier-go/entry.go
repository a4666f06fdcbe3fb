package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// An entry is one fact of the case history: canonical JSON, of which only the envelope matters here.
type entry struct {
	ledger, stream, id, kind string
	// dossier is empty where the entry belongs to none.
	dossier  string
	revision int64
	facts    map[string]any
	// commitments are digests by JSON pointer.
	commitments map[string]string
}

const entryBytesMax = 1<<16 - 1

func decodeEntry(content []byte) (*entry, error) {
	value, err := decodeJSON(content)
	if err != nil {
		return nil, err
	}
	members, isObject := value.(map[string]any)
	if spelled, ok := appendCanonical(make([]byte, 0, len(content)), value); !ok || !bytes.Equal(spelled, content) {
		return nil, errors.New("JSON that is not canonical (RFC 8785)")
	}
	if !isObject || members["v"] != json.Number("1") {
		return nil, errors.New("not an entry of version 1")
	}
	found := &entry{commitments: map[string]string{}}
	reader := memberReader{members: members}
	found.ledger, found.stream = reader.text("ledger"), reader.text("stream")
	found.id, found.kind = reader.text("id"), reader.text("type")
	found.dossier = reader.textOrNull("dossier")
	found.revision = reader.number("revision")
	found.facts = reader.object("data")
	for _, name := range []string{"n", "recordedAt", "occurredAt", "policy"} {
		reader.text(name)
	}
	for _, name := range []string{"causation", "correlation", "trace"} {
		reader.textOrNull(name)
	}
	reader.number("schemaVersion")
	reader.object("actor")
	reader.object("power")
	for path, digest := range reader.object("c") {
		text, isText := digest.(string)
		if !isText {
			reader.fail("c")
		}
		found.commitments[path] = text
	}
	return found, reader.err
}

// A memberReader reads members of an object and remembers the first that is missing or of another type.
type memberReader struct {
	members map[string]any
	err     error
}

func (r *memberReader) fail(name string) {
	if r.err == nil {
		r.err = fmt.Errorf("its member %q is missing or of another type", name)
	}
}

func (r *memberReader) text(name string) string {
	text, isText := r.members[name].(string)
	if !isText {
		r.fail(name)
	}
	return text
}

func (r *memberReader) textOrNull(name string) string {
	if value, there := r.members[name]; there && value == nil {
		return ""
	}
	return r.text(name)
}

func (r *memberReader) number(name string) int64 {
	literal, _ := r.members[name].(json.Number)
	number, err := parseDecimal(literal.String())
	if err != nil {
		r.fail(name)
	}
	return number
}

func (r *memberReader) object(name string) map[string]any {
	object, isObject := r.members[name].(map[string]any)
	if !isObject {
		r.fail(name)
	}
	return object
}

// decodeJSON reads one JSON value and refuses what readers disagree about: a repeated member, ill-formed UTF-8, anything
// after the value. Numbers stay as they were written. An escaped half of a surrogate pair reads as U+FFFD.
func decodeJSON(content []byte) (any, error) {
	if !utf8.Valid(content) || !json.Valid(content) {
		return nil, errors.New("not JSON in UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	value, err := decodeValue(decoder, depthMax)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// depthMax bounds how deep arrays and objects stand in each other, for readers differ in how deep they can follow.
const depthMax = 1_000

func decodeValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if _, isOpening := token.(json.Delim); isOpening && depth == 0 {
		return nil, fmt.Errorf("nested more than %d deep", depthMax)
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(decoder, depth-1)
	case json.Delim('['):
		return decodeArray(decoder, depth-1)
	}
	return token, nil
}

func decodeObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name := key.(string)
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("the member %q stands there twice", name)
		}
		if object[name], err = decodeValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

func decodeArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := decodeValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token()
	return array, err
}
