package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// appendCanonical spells a decoded value as RFC 8785 does: no white space, members ordered by UTF-16 code units, numbers as
// ECMAScript writes them. It is false for a number that no float64 holds.
func appendCanonical(spelled []byte, value any) ([]byte, bool) {
	switch value := value.(type) {
	case nil:
		return append(spelled, "null"...), true
	case bool:
		return strconv.AppendBool(spelled, value), true
	case string:
		return appendText(spelled, value), true
	case json.Number:
		return appendNumber(spelled, value)
	case []any:
		return appendArray(spelled, value)
	case map[string]any:
		return appendObject(spelled, value)
	}
	panic("a value that JSON has not")
}

func appendArray(spelled []byte, array []any) ([]byte, bool) {
	spelled = append(spelled, '[')
	for i, value := range array {
		if i > 0 {
			spelled = append(spelled, ',')
		}
		var ok bool
		if spelled, ok = appendCanonical(spelled, value); !ok {
			return nil, false
		}
	}
	return append(spelled, ']'), true
}

func appendObject(spelled []byte, object map[string]any) ([]byte, bool) {
	spelled = append(spelled, '{')
	for i, name := range slices.SortedFunc(maps.Keys(object), compareUTF16) {
		if i > 0 {
			spelled = append(spelled, ',')
		}
		spelled = append(appendText(spelled, name), ':')
		var ok bool
		if spelled, ok = appendCanonical(spelled, object[name]); !ok {
			return nil, false
		}
	}
	return append(spelled, '}'), true
}

// compareUTF16 orders texts as JavaScript does.
func compareUTF16(left, right string) int {
	return slices.Compare(utf16.Encode([]rune(left)), utf16.Encode([]rune(right)))
}

func appendText(spelled []byte, text string) []byte {
	isPlain := func(letter rune) bool { return letter >= ' ' && letter < 0x7f && letter != '"' && letter != '\\' }
	if strings.IndexFunc(text, func(letter rune) bool { return !isPlain(letter) }) < 0 {
		return append(append(append(spelled, '"'), text...), '"')
	}
	return append(spelled, canonicalText(text)...)
}

// appendNumber: Go's JSON writes a float64 as ECMAScript does, but for a negative zero.
func appendNumber(spelled []byte, literal json.Number) ([]byte, bool) {
	number, err := literal.Float64()
	if err != nil {
		return nil, false
	}
	if number == 0 {
		return append(spelled, '0'), true
	}
	written, err := json.Marshal(number)
	return append(spelled, written...), err == nil
}
