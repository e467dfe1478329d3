package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The names inside a run folder.
const (
	manifestName = "manifest.json"
	configName   = "config.yaml"
	summaryName  = "summary.json"
	toysFolder   = "toys"
	fitsFolder   = "fits"
	figureFolder = "figures"
)

// DefaultShard is the toys file that Create opens for appending.
const DefaultShard = "toys-0.jsonl"

// A Store is a run folder. One that Create returns appends toys; one that Open returns reads them,
// also while another process appends. Its methods may be called from several goroutines.
type Store struct {
	dir string

	mu       sync.Mutex // guards what follows
	manifest Manifest
	toys     *os.File // the open shard; nil when the store was opened for reading
	failed   error    // why an append failed: the shard's tail may be torn, so no other may follow
}

// Create makes the run folder dir with its manifest and config.yaml, or opens it again when the run
// that is there has the same digest; the manifest that is there, with its start, is then kept. Toys
// go to DefaultShard.
//
// A torn last line of the shard, left by a process that was killed, is cut off. Create fails, and
// changes nothing, when dir holds a run of another digest or files that belong to no run; it also
// fails when the folder cannot be written, and when another process has the shard open for
// appending (where the operating and file system know advisory locks; elsewhere two writers are not
// noticed).
func Create(dir string, m Manifest, configYAML []byte) (*Store, error) {
	return CreateShard(dir, m, configYAML, DefaultShard)
}

// CreateShard is Create for one of several processes that share a run: each appends to a shard of
// its own, a file name that ends in .jsonl.
func CreateShard(dir string, m Manifest, configYAML []byte, shard string) (*Store, error) {
	if shard != filepath.Base(shard) || !strings.HasSuffix(shard, ".jsonl") {
		return nil, fmt.Errorf("results: %q is no name for a toys file; want a file name that "+
			"ends in .jsonl", shard)
	}
	if m.Digest == "" {
		return nil, errors.New("results: a manifest needs the digest of its config")
	}
	m.Schema = ManifestSchema
	encoded, err := Encode(m)
	if err != nil {
		return nil, fmt.Errorf("results: encoding the manifest: %w", err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("results: making the run folder: %w", err)
	}
	// Two processes that begin one run at the same moment take turns.
	folder, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("results: opening the run folder: %w", err)
	}
	defer folder.Close()
	if err := waitLock(folder); err != nil {
		return nil, fmt.Errorf("results: waiting for another process to open %s: %w", dir, err)
	}

	there, err := readManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := checkEmpty(folder); err != nil {
			return nil, err
		}
		if err := WriteFile(filepath.Join(dir, manifestName), encoded); err != nil {
			return nil, fmt.Errorf("results: writing the manifest: %w", err)
		}
	case err != nil:
		return nil, err
	case there.Digest != m.Digest:
		return nil, fmt.Errorf("results: %s holds the run %q of another config (digest %s, not "+
			"%s); nothing was changed: choose another folder", dir, there.Name, there.Digest,
			m.Digest)
	default:
		m = there
	}
	// Whatever a process that was stopped at this point left undone is done now.
	for _, name := range []string{toysFolder, fitsFolder, figureFolder} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			return nil, fmt.Errorf("results: making the run folder: %w", err)
		}
	}
	config := filepath.Join(dir, configName)
	if _, err := os.Stat(config); errors.Is(err, fs.ErrNotExist) {
		if err := WriteFile(config, configYAML); err != nil {
			return nil, fmt.Errorf("results: writing the config: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("results: looking for the config: %w", err)
	}
	toys, err := openShard(filepath.Join(dir, toysFolder, shard))
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, manifest: m, toys: toys}, nil
}

// Open opens the run folder dir for reading: a finished run, one that was stopped, or one that
// another process is at. The error wraps fs.ErrNotExist when dir holds no run.
func Open(dir string) (*Store, error) {
	m, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("results: %s is no run folder: %s: %w", dir, manifestName,
			fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, manifest: m}, nil
}

// Dir is the run folder.
func (s *Store) Dir() string { return s.dir }

// Manifest says what the run is. The slices and the map in it must not be changed.
func (s *Store) Manifest() Manifest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.manifest
}

// AddVersion notes in the manifest that a run goes on with another version of something: the entry
// then lists both, in the order in which they came.
func (s *Store) AddVersion(of, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.manifest
	before := m.Versions[of]
	if slices.Contains(strings.Split(before, ", "), version) {
		return nil
	}
	m.Versions = maps.Clone(m.Versions)
	if m.Versions == nil {
		m.Versions = map[string]string{}
	}
	m.Versions[of] = strings.TrimPrefix(before+", "+version, ", ")
	if err := WriteRecord(filepath.Join(s.dir, manifestName), m); err != nil {
		return err
	}
	s.manifest = m
	return nil
}

// SetFinished writes into the manifest when the run ended.
func (s *Store) SetFinished(at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.manifest
	m.Finished = &at
	if err := WriteRecord(filepath.Join(s.dir, manifestName), m); err != nil {
		return err
	}
	s.manifest = m
	return nil
}

// Close ends appending: it flushes the shard to the disk and lets another process have it. A store
// that was opened for reading needs no Close. A second Close does nothing.
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

// readManifest reads the manifest of a run folder; its error wraps fs.ErrNotExist when there is
// none.
func readManifest(dir string) (Manifest, error) {
	path := filepath.Join(dir, manifestName)
	var m Manifest
	if err := readRecord(path, &m); err != nil {
		return Manifest{}, err
	}
	if m.Schema != ManifestSchema || m.Digest == "" {
		return Manifest{}, fmt.Errorf("results: %s is no manifest that this version reads "+
			"(schema %q, not %q)", path, m.Schema, ManifestSchema)
	}
	return m, nil
}

// list returns the paths of the files with one ending in a folder of the run, sorted by name.
func (s *Store) list(folder, ending string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, folder))
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

// readRecord decodes one JSON file.
func readRecord(path string, record any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	if err := json.Unmarshal(b, record); err != nil {
		return fmt.Errorf("results: reading %s: %w", path, err)
	}
	return nil
}

// checkEmpty refuses a folder with files in it, other than what a stopped Create may have left.
func checkEmpty(folder *os.File) error {
	names, err := folder.Readdirnames(0)
	if err != nil {
		return fmt.Errorf("results: listing %s: %w", folder.Name(), err)
	}
	for _, name := range names {
		if !isTemporary(name) {
			return fmt.Errorf("results: %s holds files but no run (for one, %q); nothing was "+
				"changed: choose another folder", folder.Name(), name)
		}
	}
	return nil
}
