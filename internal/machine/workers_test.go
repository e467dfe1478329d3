package machine

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// The mounts of the unified hierarchy, and of version 1 with that of the processors.
const (
	unifiedMount = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
	oldMounts    = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n" +
		"32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n" +
		"33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
)

// The limit is the smallest of all cgroups from that of the process up to the root, whatever the
// version, and of what Slurm grants.
func TestWorkers(t *testing.T) {
	t.Parallel()
	unified := func(cgroup string, files map[string]string) map[string]string {
		all := maps.Clone(files)
		if all == nil {
			all = map[string]string{}
		}
		all["proc/self/mountinfo"], all["proc/self/cgroup"] = unifiedMount, "0::"+cgroup+"\n"
		return all
	}
	old := func(cgroup string, files map[string]string) map[string]string {
		all := unified(cgroup, files)
		all["proc/self/mountinfo"] = oldMounts
		all["proc/self/cgroup"] = "4:memory:/other\n3:cpu,cpuacct:" + cgroup + "\n0::/\n"
		return all
	}
	const job = "/slurm/job 1/step"
	for name, c := range map[string]struct {
		files map[string]string
		env   map[string]string
		want  int // of 16 processors
	}{
		"no files":              {nil, nil, 16},
		"Slurm's task":          {nil, map[string]string{"SLURM_CPUS_PER_TASK": "4"}, 4},
		"more than the machine": {nil, map[string]string{"SLURM_CPUS_PER_TASK": "64"}, 16},
		"Slurm's job":           {nil, map[string]string{"SLURM_CPUS_ON_NODE": "8"}, 8},
		"the task, not the job": {nil, map[string]string{"SLURM_CPUS_ON_NODE": "8",
			"SLURM_CPUS_PER_TASK": "2"}, 2},
		"nonsense of Slurm":       {nil, map[string]string{"SLURM_CPUS_PER_TASK": "2(x4)"}, 16},
		"zero of Slurm":           {nil, map[string]string{"SLURM_CPUS_PER_TASK": "0"}, 16},
		"threads are not workers": {nil, map[string]string{"OMP_NUM_THREADS": "1"}, 16},
		"leaf": {unified(job, map[string]string{
			"sys/fs/cgroup" + job + "/cpu.max": "300000 100000\n"}), nil, 3},
		"parent": {unified(job, map[string]string{
			"sys/fs/cgroup" + job + "/cpu.max":  "max 100000\n",
			"sys/fs/cgroup/slurm/job 1/cpu.max": "250000 100000\n"}), nil, 3},
		"grandparent below the leaf": {unified(job, map[string]string{
			"sys/fs/cgroup" + job + "/cpu.max": "800000 100000\n",
			"sys/fs/cgroup/slurm/cpu.max":      "50000 100000\n"}), nil, 1},
		"the root of a container": {unified("/", map[string]string{
			"sys/fs/cgroup/cpu.max": "200000 100000\n"}), nil, 2},
		"a cgroup of another namespace": {unified("/../..", map[string]string{
			"sys/fs/cgroup/cpu.max": "200000 100000\n"}), nil, 2},
		"a sibling does not count": {unified("/a", map[string]string{
			"sys/fs/cgroup/b/cpu.max": "100000 100000\n"}), nil, 16},
		"no limit": {unified("/a", map[string]string{
			"sys/fs/cgroup/a/cpu.max": "max 100000"}), nil, 16},
		"damaged": {unified("/a", map[string]string{
			"sys/fs/cgroup/a/cpu.max": "lots"}), nil, 16},
		"no period": {unified("/a", map[string]string{
			"sys/fs/cgroup/a/cpu.max": "100000 0"}), nil, 16},
		"above all": {unified("/a", map[string]string{
			"sys/fs/cgroup/a/cpu.max": "9e18 1"}), nil, 16},
		"Slurm grants less": {unified("/", map[string]string{
			"sys/fs/cgroup/cpu.max": "400000 100000"}),
			map[string]string{"SLURM_CPUS_PER_TASK": "2"}, 2},
		"version 1, parent": {old("/job/step", map[string]string{
			"sys/fs/cgroup/cpu,cpuacct/job/step/cpu.cfs_quota_us":  "-1\n",
			"sys/fs/cgroup/cpu,cpuacct/job/step/cpu.cfs_period_us": "100000\n",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us":       "500000\n",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us":      "100000\n"}), nil, 5},
		"version 1, container": {map[string]string{
			"proc/self/cgroup": "3:cpuacct,cpu:/docker/ab/sub\n",
			"proc/self/mountinfo": "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu ro master:9 - " +
				"cgroup cgroup rw,cpuacct,cpu\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":      "700000\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us":     "100000\n",
			"sys/fs/cgroup/cpu/sub/cpu.cfs_quota_us":  "600000\n",
			"sys/fs/cgroup/cpu/sub/cpu.cfs_period_us": "100000\n"}, nil, 6},
		"a prefix that is another name": {map[string]string{
			"proc/self/cgroup": "3:cpu:/docker/abc\n",
			"proc/self/mountinfo": "32 31 0:29 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup " +
				"rw,cpu\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "700000\n",
			"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"}, nil, 7},
	} {
		root := t.TempDir()
		for file, text := range c.files {
			path := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		getenv := func(name string) string { return c.env[name] }
		if got := limited(16, getenv, system{root}); got != c.want {
			t.Errorf("%s: %d workers, want %d", name, got, c.want)
		}
	}
}

// On this machine, the number is one that Go allows.
func TestWorkersHere(t *testing.T) {
	t.Parallel()
	if n := Workers(); n < 1 || n > runtime.GOMAXPROCS(0) {
		t.Errorf("%d workers", n)
	}
}
