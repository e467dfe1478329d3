package results

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The names inside a run folder. No other package spells them.
const (
	manifestName = "manifest.json"
	configName   = "config.yaml"
	summaryName  = "summary.json"
	reportName   = "report.md"
	pageName     = "report.html"
	fitName      = "fit.json"

	toysFolder    = "toys"
	fitsFolder    = "fits"
	figuresFolder = "figures"
	replayFolder  = "replay"

	shardEnding = ".jsonl"
	fitEnding   = ".json"
	tableEnding = ".csv"
)

// The tables of a run, for [Store.WriteTable].
const (
	PowerTable = "results.csv" // a row for each cell and signal strength
	ScaleTable = "scales.csv"  // a row for each cell, signal strength and scale
	ToyTable   = "toys.csv"    // a row for each cell and alternative toy
	GroupTable = "groups.csv"  // a row for each cell, group of statistics and signal strength
	// MembersTable and RowsTable are the rows of the kernels of a test, and its list of rows.
	MembersTable, RowsTable = "members.csv", "rows.csv"
	TimeTable               = "timings.csv" // a row for each cell: what differs between equal runs
)

// Shard is a part of the toys of a run: part Number, from 1, of Count. A shard without number and
// count is all of them.
type Shard struct {
	Number, Count int
	// Host is the name of the machine, or any other name of who works on the shard. Writers of
	// different names never append to the same file, also on file systems without locks. Its
	// characters that are not plain in the name of a file are replaced. It may be empty.
	Host string
}

// FileName returns the name of the toys file of the shard.
func (s Shard) FileName() string {
	host := hostPart(s.Host)
	switch {
	case host != "" && s.Count > 0:
		return fmt.Sprintf("toys-%d-of-%d-%s%s", s.Number, s.Count, host, shardEnding)
	case s.Count <= 1:
		return "toys-0" + shardEnding
	}
	return fmt.Sprintf("toys-%d-of-%d%s", s.Number, s.Count, shardEnding)
}

// shardName matches what [Shard.FileName] returns for one of several parts.
var shardName = regexp.MustCompile(`^toys-([0-9]{1,9})-of-([0-9]{1,9})(?:-(.+))?\.jsonl$`)

// parseShardName returns the shard of a toys file. It reports whether the file is that of a part.
func parseShardName(name string) (s Shard, ok bool) {
	parts := shardName.FindStringSubmatch(name)
	if parts == nil {
		return s, false
	}
	number, errNumber := strconv.Atoi(parts[1])
	count, errCount := strconv.Atoi(parts[2])
	s = Shard{Number: number, Count: count, Host: parts[3]}
	return s, errNumber == nil && errCount == nil && count > 0 && s.check() == nil
}

// Shards returns the parts that processes began in the folder, by the names of their files. The
// hosts are as they stand in the names.
func (s *Store) Shards() ([]Shard, error) {
	paths, err := s.list(toysFolder, shardEnding)
	if err != nil {
		return nil, err
	}
	var all []Shard
	for _, path := range paths {
		if shard, ok := parseShardName(filepath.Base(path)); ok {
			all = append(all, shard)
		}
	}
	return all, nil
}

// IsUnbegun reports whether a folder is empty: a process that was to make a run in it did not
// start, or was killed before it wrote the manifest.
func IsUnbegun(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && !slices.ContainsFunc(entries,
		func(e fs.DirEntry) bool { return !isTemporary(e.Name()) })
}

// longestHost is the number of bytes of a host in the name of a file.
const longestHost = 64

// hostPart returns a name with hyphens instead of the bytes that are not plain in the name of a
// file, and not longer than longestHost.
func hostPart(name string) string {
	plain := []byte(name)[:min(len(name), longestHost)]
	for i, b := range plain {
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if digit := b >= '0' && b <= '9'; !letter && !digit && b != '.' && b != '_' {
			plain[i] = '-'
		}
	}
	return string(plain)
}

// check returns an error if the number of the shard is not one of its count.
func (s Shard) check() error {
	if (s.Number != 0 || s.Count != 0) && (s.Number < 1 || s.Number > s.Count) {
		return fmt.Errorf("results: there is no part %d of %d: the parts of a run are counted "+
			"from 1", s.Number, s.Count)
	}
	return nil
}

// digestDigits is the length of the digest in the name of a run folder.
const digestDigits = 8

// FolderName returns the name of the folder of a run, NAME-DIGEST8. The digest is that of the
// config or, if the config names files, that of the digest and the checksums of the files, so that
// other content under the same names is another run. Fields other than Name, Digest and Inputs are
// not read.
func (m Manifest) FolderName() string {
	digest := m.Digest
	if len(m.Inputs) > 0 {
		text := digest + "\n"
		for _, path := range slices.Sorted(maps.Keys(m.Inputs)) {
			text += m.Inputs[path] + "\n"
		}
		digest = sum([]byte(text), fileDigits)
	}
	return m.Name + "-" + digest[:min(len(digest), digestDigits)]
}

// FileName returns a name for files of the toy, HYPOTHESIS-N_S-INDEX, without an ending.
func (id ToyID) FileName() string {
	return fmt.Sprintf("%s-%v-%d", id.Hypothesis, id.Signal, id.Index)
}

// FitFile returns the path of the record of a single fit in a folder of its own.
func FitFile(folder string) string { return filepath.Join(folder, fitName) }

// CellFolder returns the folder of a cell, counted from 1, relative to a folder that all cells
// share: "." for a run without axes, cell-N otherwise.
func (m Manifest) CellFolder(cell int) string {
	if len(m.Axes) == 0 {
		return "."
	}
	return fmt.Sprintf("cell-%d", cell)
}

// ManifestFile returns the path of manifest.json.
func (s *Store) ManifestFile() string { return filepath.Join(s.dir, manifestName) }

// ReportFile returns the path of the report on the test of an observed sample.
func (s *Store) ReportFile() string { return filepath.Join(s.dir, reportName) }

// PageFile returns the path of the report on the run as a page of HTML.
func (s *Store) PageFile() string { return filepath.Join(s.dir, pageName) }

// ConfigFile returns the path of config.yaml.
func (s *Store) ConfigFile() string { return filepath.Join(s.dir, configName) }

// FiguresDir returns the folder of the run's figures. The figures of a cell are in its
// [Manifest.CellFolder].
func (s *Store) FiguresDir() string { return filepath.Join(s.dir, figuresFolder) }

// ReplayDir returns the folder for a toy of a cell, counted from 1, that is fitted again.
func (s *Store) ReplayDir(cell int, toy ToyID) string {
	name := toy.FileName()
	if m := s.Manifest(); len(m.Axes) > 0 {
		name = m.CellFolder(cell) + "-" + name
	}
	return filepath.Join(s.dir, replayFolder, name)
}

// isFileName reports whether a name is that of a file in a folder, with the given ending.
func isFileName(name, ending string) bool {
	return name == filepath.Base(name) && strings.HasSuffix(name, ending)
}

// IsRun reports whether a folder is that of a run, as far as its names say.
func IsRun(folder string) bool {
	info, err := os.Lstat(filepath.Join(folder, manifestName))
	return err == nil && info.Mode().IsRegular()
}

// IsDerived reports whether a path relative to a run folder is that of something which is drawn or
// written from its records, and not read again.
func IsDerived(path string) bool {
	return slices.Contains([]string{figuresFolder, replayFolder, reportName, pageName}, path)
}
