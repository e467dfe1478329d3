package machine

import (
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// system is the files of a machine below a folder: "/", or that of a test.
type system struct{ root string }

// read returns the content of a file of the system; empty if it cannot be read.
func (s system) read(name string) string {
	content, err := os.ReadFile(filepath.Join(s.root, name))
	if err != nil { // another system, or a limit that does not exist
		return ""
	}
	return string(content)
}

// hierarchy is a tree of cgroups that can limit processors, as it is mounted.
type hierarchy struct {
	unified bool   // version 2
	root    string // the cgroup that is mounted
	mount   string // where
}

// processors returns the smallest quota of the cgroups around the process, in processors, rounded
// up. It reports whether there is one.
func (s system) processors() (quota int, limits bool) {
	smallest := math.Inf(1)
	own := s.cgroups()
	for _, h := range s.hierarchies() {
		name, in := own[h.unified]
		if !in {
			continue
		}
		below, ok := strings.CutPrefix(name, strings.TrimSuffix(h.root, "/"))
		if !ok || below != "" && below[0] != '/' || strings.HasPrefix(below, "/..") {
			below = "/" // the names are those of another namespace: the mounted cgroup is known
		}
		for folder := path.Clean("/" + below); ; folder = path.Dir(folder) {
			smallest = min(smallest, s.quota(h, path.Join(h.mount, folder)))
			if folder == "/" {
				break
			}
		}
	}
	if math.IsInf(smallest, 1) {
		return 0, false
	}
	return int(math.Ceil(min(smallest, math.MaxInt32))), true
}

// quota returns the quota of a cgroup in processors; infinity if it has none.
func (s system) quota(h hierarchy, folder string) float64 {
	words := strings.Fields(s.read(path.Join(folder, "cpu.max")))
	if !h.unified {
		words = []string{strings.TrimSpace(s.read(path.Join(folder, "cpu.cfs_quota_us"))),
			strings.TrimSpace(s.read(path.Join(folder, "cpu.cfs_period_us")))}
	}
	if len(words) != 2 {
		return math.Inf(1)
	}
	quota, errQuota := strconv.ParseFloat(words[0], 64) // "max" or -1 for none
	period, errPeriod := strconv.ParseFloat(words[1], 64)
	if errQuota != nil || errPeriod != nil || !(quota > 0 && period > 0) {
		return math.Inf(1)
	}
	return quota / period
}

// cgroups returns the name of the cgroup of the process in the unified hierarchy (true), and in
// that of the processors of version 1 (false).
func (s system) cgroups() map[bool]string {
	own := map[bool]string{}
	for line := range strings.Lines(s.read("proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		switch {
		case len(parts) != 3:
		case parts[0] == "0" && parts[1] == "":
			own[true] = parts[2]
		case slices.Contains(strings.Split(parts[1], ","), "cpu"):
			own[false] = parts[2]
		}
	}
	return own
}

// hierarchies returns where the trees of cgroups are mounted.
func (s system) hierarchies() []hierarchy {
	var all []hierarchy
	for line := range strings.Lines(s.read("proc/self/mountinfo")) {
		before, after, found := strings.Cut(line, " - ") // see proc_pid_mountinfo(5)
		mount, kind := strings.Fields(before), strings.Fields(after)
		if !found || len(mount) < 5 || len(kind) < 3 {
			continue
		}
		v2 := kind[0] == "cgroup2"
		if v2 || kind[0] == "cgroup" && slices.Contains(strings.Split(kind[2], ","), "cpu") {
			all = append(all, hierarchy{v2, unescaped(mount[3]), unescaped(mount[4])})
		}
	}
	return all
}

// unescaped returns a path of mountinfo, which has blanks and backslashes as octal numbers.
func unescaped(path string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(path)
}
