package experiments

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"sparker/configs"
	"sparker/data/tables"
	"sparker/twosample"
)

// readCentroids reads the initial centroids of a fit (M × d, row-major) from a table.
func readCentroids(path string, s twosample.Setup) ([]float64, error) {
	table, err := tables.Read(path, tables.ReadOptions{})
	if err != nil {
		return nil, fmt.Errorf("experiments: reading the initial centroids: %w", err)
	}
	if table.N() != s.Model.Kernels || table.D() != s.Dim {
		return nil, fmt.Errorf("experiments: %s has %d rows of %d columns, but model.kernels is "+
			"%d and the data have %d columns", path, table.N(), table.D(), s.Model.Kernels, s.Dim)
	}
	return table.Sample(nil).X, nil
}

// inputFiles are the files that experiments name, with the state in which each was seen first.
type inputFiles map[string]inputFile

// inputFile is a file before it was read.
type inputFile struct {
	info os.FileInfo
	sum  string // SHA-256 of its content, in hex
}

// of returns the SHA-256 of the content of the files that an experiment names, in hex, by their
// paths. A file that was seen before is not read again.
func (f inputFiles) of(e configs.Experiment) (map[string]string, error) {
	var paths []string
	if !e.Data.Generated() {
		var err error
		if paths, err = e.Data.Files.Paths(); err != nil {
			return nil, fmt.Errorf("experiments: %w", withKey(err))
		}
	}
	method, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	if path, isFile := e.Model.InitFile(); isFile && method.Fits {
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, nil
	}
	sums := map[string]string{}
	for _, path := range paths {
		if _, seen := f[path]; !seen {
			info, err := os.Stat(path)
			if err != nil {
				return nil, fmt.Errorf("experiments: %w", err)
			}
			sum, err := checksum(path)
			if err != nil {
				return nil, err
			}
			f[path] = inputFile{info, sum}
		}
		sums[path] = f[path].sum
	}
	return sums, nil
}

// checkUnchanged returns an error if a file is no longer what it was when it was seen first. What
// was read since may be of either content.
func (f inputFiles) checkUnchanged() error {
	for _, path := range slices.Sorted(maps.Keys(f)) {
		before := f[path].info
		now, err := os.Stat(path)
		if err != nil || !os.SameFile(before, now) || before.Size() != now.Size() ||
			!before.ModTime().Equal(now.ModTime()) {
			return fmt.Errorf("experiments: %s was changed while it was read; start again", path)
		}
	}
	return nil
}

// ChangedInputsError reports that a run folder holds a run of other content of input files.
type ChangedInputsError struct {
	Dir   string
	Paths []string // of the files that have other content, or were added or left out
}

// Error names the files.
func (e *ChangedInputsError) Error() string {
	verb := "has"
	if len(e.Paths) > 1 {
		verb = "have"
	}
	return fmt.Sprintf("experiments: the run in %s is of other content: %s %s changed since it "+
		"began", e.Dir, strings.Join(e.Paths, ", "), verb)
}

// changedInputs returns the paths of the files whose checksums differ, sorted.
func changedInputs(before, now map[string]string) []string {
	paths := map[string]bool{}
	for _, sums := range []map[string]string{before, now} {
		for path := range sums {
			if before[path] != now[path] {
				paths[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("experiments: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("experiments: reading %s: %w", path, err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}
