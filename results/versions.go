package results

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// fusedVersion is the entry of Manifest.Versions for the processor instructions of fused fits.
const fusedVersion = "fused"

// Instructions returns the processor instructions that the fits of a run were made with, in the
// order in which they came. There are several if the run was continued on another processor.
func (m Manifest) Instructions() []string {
	return slices.DeleteFunc(strings.Split(m.Versions[fusedVersion], ", "),
		func(name string) bool { return name == "" })
}

// AddInstructions adds processor instructions to those that the fits of the run were made with, if
// they are not among them.
func (s *Store) AddInstructions(names ...string) error {
	return s.update(func(m *Manifest) { m.addInstructions(names) })
}

func (m *Manifest) addInstructions(names []string) {
	all := m.Instructions()
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	if len(all) == len(m.Instructions()) {
		return
	}
	m.Versions = maps.Clone(m.Versions)
	if m.Versions == nil {
		m.Versions = map[string]string{}
	}
	m.Versions[fusedVersion] = strings.Join(all, ", ")
}

// VersionChange is a version that differs between two stretches of a run.
type VersionChange struct{ Name, Before, Now string }

// String returns the change in words, as in "go is go1.27, not go1.26".
func (c VersionChange) String() string {
	name := c.Name
	if name == fusedVersion {
		name = "the instructions of fused fits"
	}
	return fmt.Sprintf("%s is %s, not %s", name, c.Now, c.Before)
}

// absentVersion stands for a version that is not known.
const absentVersion = "unknown"

// versionChanges returns what differs between two sets of versions, sorted by name. If the fits
// before were made with several instructions, the first of them count.
func versionChanges(before, now map[string]string) []VersionChange {
	names := maps.Clone(before)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, now)
	var changes []VersionChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old, own := before[name], now[name]
		if name == fusedVersion {
			old, _, _ = strings.Cut(old, ", ")
		}
		if old == own {
			continue
		}
		if old == "" {
			old = absentVersion
		}
		if own == "" {
			own = absentVersion
		}
		changes = append(changes, VersionChange{name, old, own})
	}
	return changes
}

// BeginStretch compares versions with those that the last toys of the shard were made with, or
// those of the manifest if it has no other. If they differ, the manifest records that another
// stretch of the run begins.
func (s *Store) BeginStretch(versions map[string]string, at time.Time) ([]VersionChange, error) {
	name := filepath.Base(s.shard)
	toys, err := countLines(s.shard)
	if err != nil {
		return nil, err
	}
	var changes []VersionChange
	err = s.update(func(m *Manifest) {
		before := m.Versions
		for _, stretch := range m.Stretches {
			if stretch.Shard == name {
				before = stretch.Versions
			}
		}
		if changes = versionChanges(before, versions); len(changes) > 0 {
			m.Stretches = append(slices.Clone(m.Stretches),
				Stretch{Shard: name, Toys: toys, Versions: versions, Started: at})
		}
	})
	return changes, err
}

// addVersions records the versions of the folders that are merged into a run.
func (s *Store) addVersions(sources []*Store) error {
	return s.update(func(m *Manifest) {
		for _, source := range sources {
			own := source.Manifest()
			m.addInstructions(own.Instructions())
			stretches := own.Stretches
			if len(m.otherVersions(own.Versions)) > 0 {
				stretches = append([]Stretch{{Versions: own.Versions, Started: own.Started}},
					stretches...)
			}
			for _, stretch := range stretches {
				m.addStretch(stretch)
			}
		}
	})
}

// otherVersions returns how versions differ from those of the manifest, except in instructions that
// it lists.
func (m Manifest) otherVersions(versions map[string]string) []VersionChange {
	return slices.DeleteFunc(versionChanges(m.Versions, versions),
		func(c VersionChange) bool { return c.Name == fusedVersion })
}

// addStretch adds a stretch if it is not among those of the manifest.
func (m *Manifest) addStretch(stretch Stretch) {
	if !slices.ContainsFunc(m.Stretches, stretch.sameAs) {
		m.Stretches = append(slices.Clone(m.Stretches), stretch)
	}
}

func (s Stretch) sameAs(o Stretch) bool {
	return s.Shard == o.Shard && s.Toys == o.Toys && s.Started.Equal(o.Started) &&
		maps.Equal(s.Versions, o.Versions)
}

// VersionChanges returns, sorted by name, what the versions of the stretches of a run differ in
// from those that it began with. Each change comes once.
func (m Manifest) VersionChanges() []VersionChange {
	var all []VersionChange
	for _, stretch := range m.Stretches {
		for _, c := range m.otherVersions(stretch.Versions) {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b VersionChange) int {
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// countLines returns the number of lines of a toys file.
func countLines(path string) (n int, err error) {
	err = readLines(path, func(line fileLine) error {
		if line.ended {
			n++
		}
		return nil
	})
	return n, err
}
