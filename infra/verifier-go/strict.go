package main

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Every text here has one spelling only: what is decoded is encoded again and must be the same. Go's own decoders
// accept more (line breaks and stray bits in base64, leading zeros in numbers), and each such bit could be flipped
// unseen.

// safeIntegerMax is the largest integer that a JavaScript reader of the same bundle can hold.
const safeIntegerMax = 1<<53 - 1

var (
	errNumber  = errors.New("not a plain decimal number")
	errTooLong = errors.New("a number over 2^53 − 1")
	errBase64  = errors.New("not canonical base64")
)

func parseDecimal(text string) (int64, error) {
	if text == "" || text != "0" && text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return 0, errNumber
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number > safeIntegerMax {
		return 0, errTooLong
	}
	return number, nil
}

func decodeBase64(text string) ([]byte, error) {
	return decodeWith(base64.StdEncoding, text)
}

func decodeBase64URL(text string) ([]byte, error) {
	return decodeWith(base64.RawURLEncoding, text)
}

func decodeWith(encoding *base64.Encoding, text string) ([]byte, error) {
	decoded, err := encoding.DecodeString(text)
	if err != nil || encoding.EncodeToString(decoded) != text {
		return nil, errBase64
	}
	return decoded, nil
}

func parseHash(text string) (tlog.Hash, error) {
	decoded, err := decodeBase64(text)
	if err != nil || len(decoded) != tlog.HashSize {
		return tlog.Hash{}, errors.New("not a hash in canonical base64")
	}
	return tlog.Hash(decoded), nil
}
