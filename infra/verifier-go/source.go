package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
)

// A bundle is a set of files with plain names, in a folder or in a tar. Sizes are known before anything is read, so that
// no announced size is ever allocated unseen.
type bundle interface {
	// list gives the size of each file.
	list() *fileList
	open(path string) (io.ReadCloser, error)
	close() error
}

// A fileList knows the names and sizes of a bundle, and what kind of bundle they make.
type fileList struct {
	sizes  map[string]int64
	once   sync.Once
	parsed *layout
	err    error
}

func newFileList() *fileList { return &fileList{sizes: map[string]int64{}} }

func (l *fileList) layout() (*layout, error) {
	l.once.Do(func() { l.parsed, l.err = parseLayout(l.sizes) })
	return l.parsed, l.err
}

// filesMax bounds the memory that names take.
const filesMax = 1_000_000

func openBundle(name string) (bundle, error) {
	found, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	case found.IsDir():
		return openFolder(name)
	case found.Mode().IsRegular():
		return openTarFile(name, found.Size())
	}
	return nil, broken("%s is neither a folder nor a file", name)
}

type folder struct {
	root  *os.Root
	files *fileList
}

func openFolder(name string) (bundle, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	}
	found := &folder{root, newFileList()}
	if err := fs.WalkDir(root.FS(), ".", found.visit); err != nil {
		root.Close()
		return nil, err
	}
	return found, nil
}

func (f *folder) visit(name string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return broken("%s cannot be read: %v", name, rootCause(err))
	case entry.IsDir():
		return nil
	case !entry.Type().IsRegular():
		return broken("%s is a link or a device; a bundle holds plain files only", name)
	}
	info, err := entry.Info()
	if err != nil {
		return broken("%s cannot be read: %v", name, rootCause(err))
	}
	return f.files.add(name, info.Size())
}

func (l *fileList) add(name string, size int64) error {
	if !isPlainPath(name) {
		return broken("%q is no path for a file of a bundle", name)
	}
	if _, twice := l.sizes[name]; twice {
		return broken("%s stands in the bundle twice", name)
	}
	if isInformative(name) && size > keyFileMax {
		return broken("%s holds %d bytes, which it cannot", name, size)
	}
	if len(l.sizes) >= filesMax {
		return broken("the bundle holds more than %d files", filesMax)
	}
	l.sizes[name] = size
	return nil
}

const pathMax = 100

func isPlainPath(name string) bool {
	if len(name) > pathMax || path.Clean(name) != name || strings.Trim(name, "./") == "" || path.IsAbs(name) || strings.HasPrefix(name, "../") {
		return false
	}
	for _, letter := range name {
		isPlain := letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9'
		if !isPlain && !strings.ContainsRune("-_./", letter) {
			return false
		}
	}
	return true
}

func (f *folder) list() *fileList { return f.files }
func (f *folder) close() error    { return f.root.Close() }

func (f *folder) open(name string) (io.ReadCloser, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	}
	return file, nil
}

// readWhole reads a file that must be there and hold between least and most bytes.
func readWhole(files bundle, name string, least, most int64) ([]byte, error) {
	size, there := files.list().sizes[name]
	switch {
	case !there:
		return nil, broken("%s is missing", name)
	case size < least || size > most:
		return nil, broken("%s holds %d bytes, which it cannot", name, size)
	}
	file, err := files.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content := make([]byte, size)
	if _, err := io.ReadFull(file, content); err != nil {
		return nil, broken("%s ends too early", name)
	}
	if n, _ := file.Read(make([]byte, 1)); n > 0 {
		return nil, broken("%s changed while it was read", name)
	}
	return content, nil
}

func readSmallFile(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, broken("%s cannot be read: %v", name, rootCause(err))
	}
	if int64(len(content)) > most {
		return nil, broken("%s is over %d bytes", name, most)
	}
	return content, nil
}

func rootCause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// inMemory holds the bytes of each file, and of one file others than the rest of the world sees: for tests, and to flip
// bits.
type inMemory struct {
	contents map[string][]byte
	files    *fileList
	changed  string
	instead  []byte
}

func newInMemory(contents map[string][]byte) inMemory {
	files := newFileList()
	for name, content := range contents {
		files.sizes[name] = int64(len(content))
	}
	return inMemory{contents: contents, files: files}
}

func (m inMemory) list() *fileList { return m.files }
func (m inMemory) close() error    { return nil }

func (m inMemory) open(name string) (io.ReadCloser, error) {
	content := m.contents[name]
	if name == m.changed {
		content = m.instead
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}
