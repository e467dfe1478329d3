package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"sparker/analysis"
	"sparker/configs"
	"sparker/results"
)

// openRun opens a run folder that the user names.
func openRun(dir string) (*results.Store, error) {
	saveMemory()
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, badInput(fmt.Errorf("%s is a file; want a run folder", dir))
	}
	store, err := results.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badInput(notARun(dir))
	}
	return store, err
}

// notARun returns the error of a path that does not lead to a run folder, with what to type.
func notARun(dir string) error {
	what := "is not a run folder: it has no manifest"
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		what = "is not a run folder: there is no such folder"
	}
	inner := runsIn(dir)
	if len(inner) == 0 {
		inner = runsIn(defaultOut)
	}
	if len(inner) > 0 {
		return fmt.Errorf("%s %s; want one such as %s", dir, what, enumerated(inner, "or"))
	}
	return fmt.Errorf("%s %s; sparker run and sparker test make one, and print its path after "+
		"\"results:\"", dir, what)
}

// defaultOut is the folder in which runs are made if the command line names none.
const defaultOut = "runs"

// runsIn returns the paths of a few run folders in a folder, the latest first.
func runsIn(dir string) []string {
	const most, looked = 3, 1000
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var stores []*results.Store
	for _, entry := range entries[:min(looked, len(entries))] {
		if store, err := results.Open(filepath.Join(dir, entry.Name())); err == nil {
			stores = append(stores, store)
		}
	}
	slices.SortStableFunc(stores, func(a, b *results.Store) int {
		return b.Manifest().Started.Compare(a.Manifest().Started)
	})
	var runs []string
	for _, store := range stores[:min(most, len(stores))] {
		runs = append(runs, store.Dir())
	}
	return runs
}

// openRuns opens several run folders that the user names.
func openRuns(dirs []string) ([]*results.Store, error) {
	var stores []*results.Store
	for _, dir := range dirs {
		store, err := openRun(dir)
		if err != nil {
			return nil, err
		}
		stores = append(stores, store)
	}
	return stores, nil
}

// evaluateRun opens a run folder that the user names, and reads its toys.
func evaluateRun(dir string) (*analysis.Evaluation, error) {
	store, err := openRun(dir)
	if err != nil {
		return nil, err
	}
	return analysis.Open(store)
}

// writeSummary stores the summary of a run in its folder. If the folder is read-only, a message
// says so instead of an error: the summary is printed all the same.
func (a *app) writeSummary(run *analysis.Evaluation) error {
	err := run.Write()
	if isReadOnly(err) {
		fmt.Fprintf(a.stderr, "the summary is not stored: %s\n", message(err))
		return nil
	}
	return err
}

// storedSweep returns the config of a run.
func storedSweep(store *results.Store) (configs.Sweep, error) {
	m := store.Manifest()
	c, err := configs.LoadSweepBytes(store.ManifestFile(), []byte(m.Config),
		configs.Changes{})
	if err != nil {
		return configs.Sweep{}, fmt.Errorf("reading the config of the run: %w", err)
	}
	digest, err := c.Digest()
	if err != nil {
		return configs.Sweep{}, err
	}
	if digest != m.Digest {
		return configs.Sweep{}, fmt.Errorf("the config of %s has digest %s, but its manifest says "+
			"%s: the run was made by another version of sparker", store.Dir(), digest, m.Digest)
	}
	return c, nil
}

// checkFolder returns an error if files cannot be written into a folder, which need not exist yet.
// Nothing is changed.
func checkFolder(folder string) error {
	parent, err := existingParent(folder)
	if err != nil {
		return badInput(fmt.Errorf("the folder %s cannot be made: %w", folder, err))
	}
	f, err := os.CreateTemp(parent, ".sparker-tmp-")
	if err != nil {
		var path *fs.PathError // of a file that the user has not named
		if errors.As(err, &path) {
			err = path.Err
		}
		return badInput(fmt.Errorf("the folder %s cannot be written: %w", folder, err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// existingParent returns the innermost folder of a path that exists.
func existingParent(path string) (string, error) {
	for {
		info, err := os.Stat(path)
		up := filepath.Dir(path)
		switch {
		case err == nil && info.IsDir():
			return path, nil
		case err == nil:
			return "", fmt.Errorf("%s is a file", path)
		case up == path:
			return "", err
		}
		path = up
	}
}
