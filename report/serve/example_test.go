package serve_test

import (
	"fmt"
	"net/http/httptest"

	"sparker/report/serve"
)

// A site refuses requests that are made for a name that is not its own.
func ExampleSite_ServeHTTP() {
	site := serve.New(&texts{}, []string{"runs"}, []string{"login.example.org"})
	for _, address := range []string{"http://localhost:8080/", "http://login.example.org:8080/",
		"http://another.example/"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
		fmt.Println(w.Code, address)
	}
	// Output:
	// 200 http://localhost:8080/
	// 200 http://login.example.org:8080/
	// 421 http://another.example/
}
