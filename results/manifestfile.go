package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
)

// encodeManifest returns the content of manifest.json.
func encodeManifest(m Manifest) ([]byte, error) {
	m.Checksum = ""
	text, err := Encode(m)
	if err != nil {
		return nil, fmt.Errorf("results: encoding the manifest: %w", err)
	}
	return sealFile(text), nil
}

// readManifest reads the manifest of a run folder. It reports whether the file has a checksum. The
// error wraps fs.ErrNotExist if there is none.
func readManifest(dir string) (m Manifest, checked bool, err error) {
	path := filepath.Join(dir, manifestName)
	text, err := readRegular(path)
	if errors.Is(err, syscall.ENOTDIR) {
		return Manifest{}, false, &FolderError{dir, errNotFolder}
	}
	if err != nil {
		return Manifest{}, false, fmt.Errorf("results: %w", err)
	}
	var version struct{ Schema string }
	if err := json.Unmarshal(text, &version); err == nil && version.Schema != ManifestSchema {
		return Manifest{}, false, &FolderError{dir, fmt.Errorf("is not a run folder that this "+
			"version reads: the schema of its %s is %q, not %q; read it with the version that "+
			"wrote it, or name a folder of sparker run or sparker test", manifestName,
			version.Schema, ManifestSchema)}
	}
	if m, err = parseManifest(text); err != nil {
		return Manifest{}, false, &DamageError{Path: path, Err: err}
	}
	checked, m.Checksum = m.Checksum != "", ""
	return m, checked, nil
}

// parseManifest decodes a manifest.
func parseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := decode(text, &m); err != nil {
		return Manifest{}, err
	}
	if m.Digest == "" {
		return Manifest{}, errors.New("the digest of its config is empty")
	}
	return m, checkFile(text, m.Checksum)
}

// update changes the manifest. It reads the file again, which other processes that share the run
// change, too, and writes it if there is a change. The change must replace slices and maps.
func (s *Store) update(change func(*Manifest)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	folder, err := os.Open(s.dir)
	if err != nil {
		return fmt.Errorf("results: opening the run folder: %w", err)
	}
	defer folder.Close()
	if err := waitLock(folder); err != nil {
		return fmt.Errorf("results: waiting for another process to write into %s: %w", s.dir, err)
	}
	before, checked, err := readManifest(s.dir)
	if err != nil {
		return err
	}
	m := before
	change(&m)
	if reflect.DeepEqual(m, before) {
		s.manifest, s.checked = m, checked
		return nil
	}
	encoded, err := encodeManifest(m)
	if err != nil {
		return err
	}
	if err := WriteFile(filepath.Join(s.dir, manifestName), encoded); err != nil {
		return fmt.Errorf("results: writing the manifest: %w", err)
	}
	s.manifest, s.checked = m, true
	return nil
}
