package results

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Store is a run folder. A store from [Create] appends toys. A store from [Open] reads them, also
// while another process appends. Its methods may be called from several goroutines.
type Store struct {
	dir    string
	owners owners // of the toys that are appended

	mu       sync.Mutex // guards the fields below
	manifest Manifest
	checked  bool     // the file of the manifest has a checksum
	shard    string   // path of the file to which toys are appended
	toys     *os.File // the open shard; nil when the store was opened for reading
	failed   error    // of an append that failed; the file may end in a torn line, so none follows

	configChanged bool // config.yaml was not that of the manifest
}

// Create makes the run folder dir with its manifest and config.yaml. If dir already holds a run of
// the same digest, Create opens that and keeps its manifest. Toys are appended to the file of the
// zero [Shard], and a torn last line, which a process that was killed may leave, is cut off.
//
// It is an error, and nothing is changed, if dir holds a run of another digest or files that belong
// to no run. It is also an error if the folder cannot be written, and if another process has the
// shard open for appending. Two writers are not noticed on systems without advisory locks.
func Create(dir string, m Manifest, configYAML []byte) (*Store, error) {
	return CreateShard(dir, m, configYAML, Shard{})
}

// CreateShard is [Create] for one of several processes that share a run. Each appends to the file
// of its own shard.
func CreateShard(dir string, m Manifest, configYAML []byte, shard Shard) (*Store, error) {
	if err := shard.check(); err != nil {
		return nil, err
	}
	if m.Digest == "" {
		return nil, errors.New("results: a manifest needs the digest of its config")
	}
	m.Schema = ManifestSchema
	encoded, err := encodeManifest(m)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, makingError(dir, err)
	}
	// Processes that begin one run at the same moment take turns.
	folder, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("results: opening the run folder: %w", err)
	}
	defer folder.Close()
	if err := waitLock(folder); err != nil {
		return nil, fmt.Errorf("results: waiting for another process to open %s: %w", dir, err)
	}

	m, checked, err := begin(folder, m, beginning{encoded, configYAML})
	if err != nil {
		return nil, err
	}
	if m.Config != "" { // the text that the run was begun with
		configYAML = []byte(m.Config)
	}
	changed, err := complete(dir, configYAML)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, toysFolder, shard.FileName())
	toys, err := openShard(path)
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, owners: newOwners(m.Cells), manifest: m, checked: checked, shard: path,
		toys: toys, configChanged: changed}, nil
}

// beginning is the content of the first files of a run folder.
type beginning struct{ manifest, config []byte }

// begin writes the manifest into an empty folder, or returns the manifest of the same run that is
// there. It reports whether the file of the manifest has a checksum. A manifest that is lost is
// written again, if that of the run cannot be another one.
func begin(folder *os.File, m Manifest, b beginning) (_ Manifest, checked bool, err error) {
	dir := folder.Name()
	there, checked, err := readManifest(dir)
	path := filepath.Join(dir, manifestName)
	missing, known := errors.Is(err, fs.ErrNotExist), isOf(dir, m, b.config)
	switch {
	case missing && !known:
		if there, checked, err = beginEmpty(folder, b.manifest); err != nil {
			return m, false, err
		}
	case missing, known && isBlank(path):
		if err := WriteFile(path, b.manifest); err != nil {
			return m, false, fmt.Errorf("results: writing the manifest: %w", err)
		}
		return m, true, nil
	case err != nil:
		return m, false, err
	}
	if there.Digest != m.Digest {
		return m, false, &FolderError{dir, fmt.Errorf("holds the run %q of another config (digest "+
			"%s, not %s); nothing was changed: choose another folder", there.Name, there.Digest,
			m.Digest)}
	}
	return there, checked, nil
}

// beginEmpty writes the manifest into an empty folder, and returns that which is there in the end.
// On a file system without locks, another process may do the same at the same moment: the first
// manifest stays, and counts for both.
func beginEmpty(folder *os.File, encoded []byte) (m Manifest, checked bool, err error) {
	if err = checkEmpty(folder); err == nil {
		err = writeNew(filepath.Join(folder.Name(), manifestName), encoded)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return m, false, fmt.Errorf("results: writing the manifest: %w", err)
		}
	}
	m, checked, reading := readManifest(folder.Name())
	if err != nil && errors.Is(reading, fs.ErrNotExist) { // the files are not those of a run
		return m, false, err
	}
	return m, checked, reading
}

// isBlank reports whether a file has only zeros, or nothing, as a loss of power may leave it.
func isBlank(path string) bool {
	content, err := readRegular(path)
	return err == nil && len(bytes.Trim(content, "\x00")) == 0
}

// isOf reports whether a folder without a manifest is that of a run: it has the same config. The
// keys of toys are digests of the config, so that no toy of another run is taken for one of this.
// They do not depend on the content of input files. A run that reads files is therefore not known
// by its config.
func isOf(dir string, m Manifest, config []byte) bool {
	there, err := readRegular(filepath.Join(dir, configName))
	return err == nil && len(m.Inputs) == 0 && len(config) > 0 && bytes.Equal(there, config)
}

// complete makes the folders and the config of a run, as far as a process that was stopped before
// left them undone. It reports whether the config was there, and was another one.
func complete(dir string, configYAML []byte) (changed bool, err error) {
	for _, name := range []string{toysFolder, fitsFolder, figuresFolder} {
		inner := filepath.Join(dir, name)
		err := os.MkdirAll(inner, 0o777)
		if errors.Is(err, syscall.ENOTDIR) {
			return false, &FolderError{inner, errInnerFile}
		}
		if err != nil {
			return false, fmt.Errorf("results: making the run folder: %w", err)
		}
	}
	path := filepath.Join(dir, configName)
	there, err := readRegular(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return false, fmt.Errorf("results: reading the config: %w", err)
	}
	if !missing && bytes.Equal(there, configYAML) {
		return false, nil
	}
	if err := WriteFile(path, configYAML); err != nil {
		return false, fmt.Errorf("results: writing the config: %w", err)
	}
	return !missing, nil
}

// Open opens the run folder dir for reading. The run may be finished, stopped, or under way in
// another process. The error wraps fs.ErrNotExist if dir holds no run.
func Open(dir string) (*Store, error) {
	m, checked, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("results: %s is not a run folder: %s: %w", dir, manifestName,
			fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, manifest: m, checked: checked}, nil
}

// Dir returns the path of the run folder.
func (s *Store) Dir() string { return s.dir }

// Manifest returns what the run is. Its slices and maps must not be changed.
func (s *Store) Manifest() Manifest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.manifest
}

// Checked reports whether the file of the manifest has a checksum, so that damage to it does not go
// unnoticed. Earlier versions wrote none.
func (s *Store) Checked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checked
}

// ConfigChanged reports whether the config.yaml of a store that was opened for appending was not
// the config of its manifest. It was written again then: the toys are those of the manifest.
func (s *Store) ConfigChanged() bool { return s.configChanged }

// SetFinished writes the end of the run into the manifest.
func (s *Store) SetFinished(at time.Time) error {
	return s.update(func(m *Manifest) { m.Finished = &at })
}

// Reopen removes the end of the run from the manifest. Whoever adds toys to a finished run calls it
// first, so that nobody takes its summary for that of all toys. The times of files do not tell: a
// clock that is set back dates new toys before an old summary.
func (s *Store) Reopen() error {
	return s.update(func(m *Manifest) { m.Finished = nil })
}

// Close ends appending: it flushes the shard to the disk and releases it to other processes. A
// store that was opened for reading does not need it. A second Close does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.toys == nil {
		return nil
	}
	err := errors.Join(s.toys.Sync(), s.toys.Close())
	s.toys = nil
	if err != nil {
		return fmt.Errorf("results: closing the toys: %w", err)
	}
	return nil
}

// list returns the paths of the files with one ending in a folder of the run, sorted by name.
func (s *Store) list(folder, ending string) ([]string, error) {
	inner := filepath.Join(s.dir, folder)
	entries, err := os.ReadDir(inner)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, &FolderError{inner, errInnerFile}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("results: listing %s: %w", folder, err)
	}
	var paths []string
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, ending) && !isTemporary(name) {
			paths = append(paths, filepath.Join(s.dir, folder, name))
		}
	}
	return paths, nil
}

// checkEmpty returns an error if a folder has files other than those of a stopped Create.
func checkEmpty(folder *os.File) error {
	names, err := folder.Readdirnames(0)
	if err != nil {
		return fmt.Errorf("results: listing %s: %w", folder.Name(), err)
	}
	for _, name := range names {
		if !isTemporary(name) {
			return &FolderError{folder.Name(), fmt.Errorf("holds other files, such as %q; nothing "+
				"was changed: choose another folder", name)}
		}
	}
	return nil
}
