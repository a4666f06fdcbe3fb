package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// tarred is a bundle as one file: POSIX ustar with plain files only, in the one spelling that the exporters write. Each
// header is built again from its name and size and must come out the same, so that no bit of it is without meaning.
type tarred struct {
	file  io.ReaderAt
	ends  func() error
	files *fileList
	// offsets of the files' content.
	offsets map[string]int64
}

const tarBlock = 512

func openTarFile(name string, size int64) (bundle, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	}
	found, err := readTar(file, size, file.Close)
	if err != nil {
		file.Close()
		return nil, err
	}
	return found, nil
}

func readTar(file io.ReaderAt, size int64, ends func() error) (bundle, error) {
	found := &tarred{file, ends, newFileList(), map[string]int64{}}
	previous := ""
	for at := int64(0); ; {
		header := make([]byte, tarBlock)
		if _, err := file.ReadAt(header, at); err != nil {
			return nil, broken("the tar ends too early")
		}
		if isZero(header) {
			return found, checkTarEnd(file, at, size)
		}
		name, length, err := parseTarHeader(header)
		if err != nil {
			return nil, err
		}
		if name <= previous {
			return nil, broken("%s is out of order in the tar", name)
		}
		previous = name
		if length > size-at-tarBlock {
			return nil, broken("%s is announced with %d bytes, more than the tar holds", name, length)
		}
		if err := found.files.add(name, length); err != nil {
			return nil, err
		}
		found.offsets[name] = at + tarBlock
		if at, err = skipTarContent(file, at+tarBlock, length); err != nil {
			return nil, err
		}
	}
}

func skipTarContent(file io.ReaderAt, at, length int64) (int64, error) {
	padding := make([]byte, (tarBlock-length%tarBlock)%tarBlock)
	if n, _ := file.ReadAt(padding, at+length); n < len(padding) || !isZero(padding) {
		return 0, broken("the tar is not padded with zeros")
	}
	return at + length + int64(len(padding)), nil
}

// checkTarEnd wants two blocks of zeros and nothing after.
func checkTarEnd(file io.ReaderAt, at, size int64) error {
	ending := make([]byte, 2*tarBlock)
	if n, _ := file.ReadAt(ending, at); n < len(ending) || !isZero(ending) || size != at+2*tarBlock {
		return broken("the tar does not end in two blocks of zeros")
	}
	return nil
}

func isZero(content []byte) bool { return len(bytes.Trim(content, "\x00")) == 0 }

func parseTarHeader(header []byte) (string, int64, error) {
	name := field(header[0:100])
	if kind := header[156]; kind == '1' || kind == '2' {
		return "", 0, broken("%q is a link; a bundle holds plain files only", name)
	} else if kind != '0' {
		return "", 0, broken("%q is no plain file in the tar", name)
	}
	var length int64
	if _, err := fmt.Sscanf(field(header[124:136]), "%o", &length); err != nil || length < 0 {
		return "", 0, broken("%q has no size in the tar", name)
	}
	if !isPlainPath(name) {
		return "", 0, broken("%q is no path for a file of a bundle", name)
	}
	if !bytes.Equal(header, tarHeader(name, length)) {
		return "", 0, broken("%q has a header in the tar that is not canonical", name)
	}
	return name, length, nil
}

func field(content []byte) string {
	text, _, _ := strings.Cut(string(content), "\x00")
	return text
}

// tarHeader gives the canonical header: mode 0644, owner and time zero, no names of owners, a name of 100 bytes at most.
func tarHeader(name string, length int64) []byte {
	header := make([]byte, tarBlock)
	copy(header[:100], name)
	copy(header[100:], "0000644\x00")
	copy(header[108:], "0000000\x00")
	copy(header[116:], "0000000\x00")
	copy(header[124:], fmt.Sprintf("%011o\x00", length))
	copy(header[136:], "00000000000\x00")
	copy(header[148:], "        ")
	header[156] = '0'
	copy(header[257:], "ustar\x0000")
	sum := 0
	for _, value := range header {
		sum += int(value)
	}
	copy(header[148:], fmt.Sprintf("%06o\x00 ", sum))
	return header
}

func (t *tarred) list() *fileList { return t.files }
func (t *tarred) close() error    { return t.ends() }

func (t *tarred) open(name string) (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(t.file, t.offsets[name], t.files.sizes[name])), nil
}
