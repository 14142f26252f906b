// A client as a Go developer writes it from a tutorial: it finds ca.crt, client.crt and client.key
// in the working directory and calls a method of the server at the address it is given. Without a
// client.crt it shows none.
//
// Usage: client TARGET METHOD NAME...
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"io/ioutil"
	"log"
	"os"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	pb "google.golang.org/grpc/examples/helloworld/helloworld"
	"google.golang.org/grpc/status"
)

func transport() credentials.TransportCredentials {
	caCert, err := ioutil.ReadFile("ca.crt")
	if err != nil {
		log.Fatalf("ca.crt: %v", err)
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	if !config.RootCAs.AppendCertsFromPEM(caCert) {
		log.Fatalf("ca.crt holds no certificate")
	}
	if _, err := os.Stat("client.crt"); err == nil {
		clientCert, err := tls.LoadX509KeyPair("client.crt", "client.key")
		if err != nil {
			log.Fatalf("client certificate: %v", err)
		}
		config.Certificates = []tls.Certificate{clientCert}
	}
	return credentials.NewTLS(config)
}

// Shows the reply of a method that has one.
func show(reply *pb.HelloReply, err error) error {
	if err == nil {
		fmt.Println(reply.GetMessage())
	}
	return err
}

// Shows the replies of a stream until it ends.
func showAll(receive func() (*pb.HelloReply, error)) error {
	for {
		err := show(receive())
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Sends a request for each name. A stream that has ended says why when it is read.
func sendAll(send func(*pb.HelloRequest) error, names []string) {
	for _, name := range names {
		if send(&pb.HelloRequest{Name: name}) != nil {
			return
		}
	}
}

func call(ctx context.Context, conn *grpc.ClientConn, method string, names []string) error {
	greeter := pb.NewGreeterClient(conn)
	request := &pb.HelloRequest{Name: names[0]}
	switch method {
	case "/helloworld.Greeter/SayHello":
		return show(greeter.SayHello(ctx, request))
	case "/helloworld.Greeter/SayHelloStreamReply":
		stream, err := greeter.SayHelloStreamReply(ctx, request)
		if err != nil {
			return err
		}
		return showAll(stream.Recv)
	case "/helloworld.Greeter/SayHelloCollect":
		stream, err := greeter.SayHelloCollect(ctx)
		if err != nil {
			return err
		}
		sendAll(stream.Send, names)
		return show(stream.CloseAndRecv())
	case "/helloworld.Greeter/SayHelloBidiStream":
		stream, err := greeter.SayHelloBidiStream(ctx)
		if err != nil {
			return err
		}
		sendAll(stream.Send, names)
		stream.CloseSend()
		return showAll(stream.Recv)
	case "/helloworld.Greeter/SayGoodbye":
		return show(greeter.SayGoodbye(ctx, request))
	case "/helloworld.Farewell/SayGoodbye":
		return show(pb.NewFarewellClient(conn).SayGoodbye(ctx, request))
	}
	log.Fatalf("no method %s", method)
	return nil
}

// Go's name of a status code as other languages write it: PermissionDenied is PERMISSION_DENIED.
func codeName(end *status.Status) string {
	name := regexp.MustCompile("([a-z])([A-Z])").ReplaceAllString(end.Code().String(), "${1}_$2")
	return strings.ToUpper(name)
}

func main() {
	conn, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(transport()))
	if err != nil {
		log.Fatalf("dial: %v", err)
	}
	defer conn.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	end := status.Convert(call(ctx, conn, os.Args[2], os.Args[3:]))
	fmt.Println(strings.TrimSpace(codeName(end) + " " + end.Message()))
}
